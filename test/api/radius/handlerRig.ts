import { afterAll } from '@jest/globals';
import type { Attempt, Commands, Facade } from '../../../api/facade.ts';
import { newAuthenticator, signRequest } from '../../../api/radius/authenticator.ts';
import { textAttribute, types } from '../../../api/radius/attributes.ts';
import type { KnownClient } from '../../../api/radius/clients.ts';
import { createHandler } from '../../../api/radius/handler.ts';
import { hidePassword } from '../../../api/radius/hiding.ts';
import { createMonitor } from '../../../api/radius/monitor.ts';
import type { Attribute } from '../../../api/radius/packet.ts';

/* What datagrams get, with commands that would let everybody in. */

export const secret = Buffer.from('a shared secret of some length');
export const peer = { address: '127.0.0.1', port: 4_000 };
export const approved: Attempt = {
  requestId: '0'.repeat(32),
  state: 'approved',
  code: 'APPROVED',
};

/** The one client that there is, at the address of `peer`. */
export const client = (more: Partial<KnownClient> = {}): KnownClient => ({
  clientId: 'vpn',
  secret,
  addresses: [peer.address],
  servers: undefined,
  requireUserMatch: false,
  fallbackOath: false,
  challengeCapable: true,
  codeAfterPassword: false,
  clientIpAttribute: 'callingStationId',
  messageAuthenticator: 'required',
  requestsPerSecond: 1_000_000,
  mustProve: () => true,
  ...more,
});

type Given = Partial<Commands>;
const handlers: { stop(): void }[] = [];
afterAll(() => {
  for (const handler of handlers) handler.stop();
});

export const handlerWith = (known: KnownClient, given: Given = {}) => {
  const errors: unknown[] = [];
  const commands: Given = {
    findAttempt: async () => undefined,
    authenticate: async () => approved,
    awaitAttempt: async () => approved,
    firstTold: async () => undefined,
    noteOf: async () => undefined,
    submitTicket: async () => approved,
    recordDrops: async () => undefined,
    doubtRadiusSecret: async () => undefined,
    recordAccounting: async () => undefined,
    secureRadiusClient: async () => undefined,
    ...given,
  };
  const monitor = createMonitor(Date.now);
  const handler = createHandler({
    facade: { commands, queries: {} } as Facade,
    clients: {
      find: async (address) => (address === peer.address ? known : undefined),
      findByCertificate: async () => undefined,
      targetSecrets: () => [],
    },
    monitor,
    deadlineSeconds: 10,
    explainRejects: false,
    onError: (error) => errors.push(error),
  });
  handlers.push(handler);
  return { ...handler, monitor, errors };
};

/** Octets of a login with a password and its proof. */
export const login = (...more: readonly Attribute[]): Buffer => {
  const authenticator = newAuthenticator();
  const password = hidePassword(Buffer.from('secret'), authenticator, secret);
  const attributes = [
    textAttribute(types.userName, 'ann'),
    { type: types.userPassword, value: password },
    ...more,
  ];
  return signRequest({ identifier: 1, attributes }, authenticator, secret);
};
