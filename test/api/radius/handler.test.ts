import { afterAll, describe, expect, test } from '@jest/globals';
import type { Attempt, Commands, Facade } from '../../../api/facade.ts';
import { newAuthenticator, signReply, signRequest } from '../../../api/radius/authenticator.ts';
import { textAttribute, types } from '../../../api/radius/attributes.ts';
import type { KnownClient, TargetServer } from '../../../api/radius/clients.ts';
import { createHandler } from '../../../api/radius/handler.ts';
import { hidePassword } from '../../../api/radius/hiding.ts';
import { createRateLimits, maxOpen } from '../../../api/radius/limits.ts';
import { createMonitor } from '../../../api/radius/monitor.ts';
import { codes, decodePacket, type Attribute } from '../../../api/radius/packet.ts';
import { newProxyState } from '../../../api/radius/state.ts';
import { isAnswer } from '../../../api/radius/target.ts';
import { below, mutate, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';

/* What datagrams get, with commands that would let everybody in. */

const secret = Buffer.from('a shared secret of some length');
const approved: Attempt = { requestId: '0'.repeat(32), state: 'approved', code: 'APPROVED' };
const client = (more: Partial<KnownClient> = {}): KnownClient => ({
  clientId: 'vpn',
  secret,
  addresses: ['127.0.0.1'],
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
const handlerWith = (known: KnownClient, given: Given = {}) => {
  const errors: unknown[] = [];
  const commands: Given = {
    findAttempt: async () => undefined,
    authenticate: async () => approved,
    awaitAttempt: async () => approved,
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
      find: async (address) => (address === '127.0.0.1' ? known : undefined),
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
afterAll(() => {
  for (const handler of handlers) handler.stop();
});

const peer = { address: '127.0.0.1', port: 4_000 };
const login = (...more: readonly Attribute[]): Buffer => {
  const authenticator = newAuthenticator();
  const password = hidePassword(Buffer.from('secret'), authenticator, secret);
  const attributes = [
    textAttribute(types.userName, 'ann'),
    { type: types.userPassword, value: password },
    ...more,
  ];
  return signRequest({ identifier: 1, attributes }, authenticator, secret);
};

describe('mutated packets', () => {
  const originals = [
    login(),
    login(textAttribute(types.callingStationId, '192.0.2.1'), textAttribute(types.proxyState, 'p')),
    signRequest(
      {
        identifier: 5,
        attributes: [
          textAttribute(types.userName, 'ann'),
          { type: types.eapMessage, value: Buffer.from([2, 1, 0, 8, 1, 97, 110, 110]) },
        ],
      },
      newAuthenticator(),
      secret,
    ),
  ];

  test('SEC-01 of a client that proves itself: no answer, no error, no accept', async () => {
    const { handle, errors } = handlerWith(client());
    const random = randomOf(seed);
    let answers = 0;
    for (let run = count(100_000); run > 0; run -= 1) {
      const original = originals[below(random, originals.length)]!;
      const datagram = mutate(original, random);
      // What stands behind a packet is padding, so such a mutation is the packet itself.
      if (decodePacket(datagram)?.octets.equals(original)) continue;
      if (await handle(datagram, peer, 'authentication')) answers += 1;
    }
    expect({ answers, errors }).toEqual({ answers: 0, errors: [] });
  });

  test('SEC-01 of a client of before all proof: no error', async () => {
    const off = client({ messageAuthenticator: 'off', mustProve: () => false });
    const refused: Attempt = { ...approved, state: 'denied', code: 'USER_DENIED' };
    const no = async () => refused;
    const { handle, errors } = handlerWith(off, { authenticate: no, awaitAttempt: no });
    const random = randomOf(seed);
    const seen = new Set<number>();
    for (let run = count(20_000); run > 0; run -= 1) {
      const datagram = mutate(originals[below(random, originals.length)]!, random);
      for (const kind of ['authentication', 'accounting'] as const) {
        const reply = await handle(datagram, peer, kind);
        if (reply) seen.add(reply[0]!);
      }
    }
    expect(errors).toEqual([]);
    expect(seen.has(codes.accessAccept)).toBe(false);
  });
});

describe('limits', () => {
  test('SEC-14 nobody knows the address: nothing is read, all is counted', async () => {
    const { handle, monitor } = handlerWith(client());
    const stranger = { address: '192.0.2.9', port: 1 };
    for (let run = count(10_000); run > 0; run -= 1)
      expect(await handle(login(), stranger, 'authentication')).toBeUndefined();
    expect(monitor.status().dropped.unknownClient).toBe(count(10_000));
  });

  test('SEC-14 a client may ask so often a second and have so many open', async () => {
    let now = 0;
    const { take } = createRateLimits(() => now);
    const taken = () => Array.from({ length: 300 }, () => take('vpn', 200)).filter(Boolean).length;
    expect(taken()).toBe(200);
    now += 500;
    expect(taken()).toBe(100);
    const never = new Promise<Attempt>(() => undefined);
    const { handle, monitor } = handlerWith(client(), { awaitAttempt: () => never });
    const ports = Array.from({ length: maxOpen + 20 }, (_, at) => at + 1);
    for (const port of ports) void handle(login(), { ...peer, port }, 'authentication');
    await new Promise((resolve) => setImmediate(resolve));
    expect(monitor.openOf('vpn')).toBe(maxOpen);
    expect(monitor.status().dropped.tooManyOpen).toBe(20);
  });

  test('SEC-09 a packet that cannot prove itself does not touch what was answered', async () => {
    const { handle } = handlerWith(client());
    const request = login();
    const reply = await handle(request, peer, 'authentication');
    const forged = Buffer.from(request);
    forged[30]! ^= 1;
    expect(await handle(forged, peer, 'authentication')).toBeUndefined();
    expect(await handle(request, peer, 'authentication')).toEqual(reply);
  });

  test('REL-03 where the log does not take it, the client hears nothing and tries again', async () => {
    let tries = 0;
    const { handle, errors } = handlerWith(client(), {
      authenticate: async () => {
        tries += 1;
        if (tries === 1) throw new Error('the log is away');
        return approved;
      },
    });
    const request = login();
    expect(await handle(request, peer, 'authentication')).toBeUndefined();
    expect(errors).toHaveLength(1);
    const reply = await handle(request, peer, 'authentication');
    expect(reply?.[0]).toBe(codes.accessAccept);
  });

  test('five wrong passwords in a row cast doubt on the secret, once', async () => {
    const doubts: string[] = [];
    const { handle } = handlerWith(client(), {
      doubtRadiusSecret: async (clientId) => void doubts.push(clientId),
    });
    // With another secret on the other side the password is noise.
    for (let port = 1; port <= 8; port += 1) {
      const authenticator = newAuthenticator();
      const value = hidePassword(Buffer.alloc(16, 7), authenticator, secret);
      const attributes = [textAttribute(1, 'ann'), { type: types.userPassword, value }];
      const octets = signRequest({ identifier: 1, attributes }, authenticator, secret);
      await handle(octets, { ...peer, port }, 'authentication');
    }
    expect(doubts).toEqual(['vpn']);
  });
});

describe('answers of a target', () => {
  const server: TargetServer = {
    serverId: 'one',
    address: '127.0.0.1',
    port: 1812,
    accountingPort: 1813,
    timeoutSeconds: 5,
    messageAuthenticator: 'required',
    secret,
  };
  const sent = {
    authenticator: newAuthenticator(),
    identifier: 9,
    proxyState: newProxyState(secret),
  };
  const own = { type: types.proxyState, value: sent.proxyState };
  const reply = (
    code: number,
    identifier: number,
    attributes: readonly Attribute[],
    key = secret,
  ) => signReply({ code, identifier, attributes }, sent, key);
  const counts = (octets: Buffer, of = server): boolean => {
    const packet = decodePacket(octets);
    return packet !== undefined && isAnswer(packet, sent, of, false);
  };

  test('SEC-06 the right one counts, and nothing that differs in anything', () => {
    expect(counts(reply(codes.accessAccept, 9, [own]))).toBe(true);
    expect(counts(reply(codes.accessAccept, 9, []))).toBe(true);
    expect(counts(reply(codes.accessAccept, 8, [own]))).toBe(false);
    expect(counts(reply(codes.accountingResponse, 9, [own]))).toBe(false);
    expect(counts(reply(codes.accessAccept, 9, [own], Buffer.from('another')))).toBe(false);
    const foreign = { ...own, value: newProxyState(secret) };
    expect(counts(reply(codes.accessAccept, 9, [own, foreign]))).toBe(false);
  });

  test('SEC-06 none of many forgeries counts', () => {
    const good = reply(codes.accessAccept, 9, [own]);
    const random = randomOf(seed);
    let counted = 0;
    for (let run = count(1_000_000); run > 0; run -= 1) {
      const forged = Buffer.from(good);
      const at = below(random, forged.length);
      forged[at] = forged[at]! ^ (1 + below(random, 255));
      if (counts(forged) || counts(forged, { ...server, messageAuthenticator: 'off' }))
        counted += 1;
    }
    expect(counted).toBe(0);
  });
});
