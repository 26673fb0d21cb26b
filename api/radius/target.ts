import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { randomInt } from 'node:crypto';
import {
  isReplyTo,
  messageAuthenticatorOf,
  newAuthenticator,
  signAccountingRequest,
  signRequest,
} from './authenticator.ts';
import { all, types } from './attributes.ts';
import type { TargetServer } from './clients.ts';
import { codes, decodePacket, type Attribute, type ReceivedPacket } from './packet.ts';
import { newProxyState } from './state.ts';

/** Times that a server is sent a request before the next is asked. */
const triesOfServer = 3;
const identifiers = 256;

export type Asked = {
  readonly reply: ReceivedPacket;
  /** Place of the server in its list. */
  readonly server: number;
  readonly authenticator: Buffer;
};

/** Makes the attributes for one server: what is hidden depends on its secret. */
export type AttributesFor = (server: TargetServer, authenticator: Buffer) => readonly Attribute[];

const answers: ReadonlySet<number> = new Set([
  codes.accessAccept,
  codes.accessReject,
  codes.accessChallenge,
]);

type Sent = {
  readonly octets: Buffer;
  readonly authenticator: Buffer;
  readonly identifier: number;
  readonly proxyState: Buffer;
};

/** Whether octets from the server's address are its answer to what was sent (SEC-06). */
export const isAnswer = (
  reply: ReceivedPacket,
  { authenticator, identifier, proxyState }: Omit<Sent, 'octets'>,
  { secret, messageAuthenticator }: TargetServer,
  isAccounting: boolean,
): boolean => {
  const rightCode = isAccounting
    ? reply.code === codes.accountingResponse
    : answers.has(reply.code);
  if (!rightCode || reply.identifier !== identifier) return false;
  if (!isReplyTo(reply, authenticator, secret)) return false;
  const proof = messageAuthenticatorOf(reply, secret, authenticator);
  if (proof === 'invalid') return false;
  if (proof === 'absent' && messageAuthenticator === 'required' && !isAccounting) return false;
  return all(reply.attributes, types.proxyState).every((value) => value.equals(proxyState));
};

/** One server, on a socket of its own: its port is the system's choice, and it hears nobody else. */
const askServer = (
  server: TargetServer,
  sent: Sent,
  isAccounting: boolean,
  signal: AbortSignal,
): Promise<ReceivedPacket | undefined> =>
  new Promise((resolve) => {
    const socket: Socket = createSocket(isIP(server.address) === 6 ? 'udp6' : 'udp4');
    const waitMs = (server.timeoutSeconds * 1_000) / triesOfServer;
    let tries = 0;
    let timer: NodeJS.Timeout | undefined;
    const end = (reply?: ReceivedPacket): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners().on('error', () => undefined);
      socket.close();
      resolve(reply);
    };
    const onAbort = (): void => end();
    const send = (): void => {
      if (tries >= triesOfServer) return end();
      tries += 1;
      socket.send(sent.octets);
      timer = setTimeout(send, waitMs);
    };
    socket.on('message', (datagram) => {
      const reply = decodePacket(datagram);
      if (reply && isAnswer(reply, sent, server, isAccounting)) end(reply);
    });
    // A port that nobody has is told at once where the server is near; the next one is asked then.
    socket.once('error', () => end());
    socket.once('connect', send);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.connect(isAccounting ? server.accountingPort : server.port, server.address);
  });

const prepare = (
  server: TargetServer,
  attributesFor: AttributesFor,
  isAccounting: boolean,
): Sent => {
  const identifier = randomInt(identifiers);
  const proxyState = newProxyState(server.secret);
  const fresh = newAuthenticator();
  const attributes = [
    ...attributesFor(server, fresh),
    { type: types.proxyState, value: proxyState },
  ];
  if (!isAccounting) {
    const octets = signRequest({ identifier, attributes }, fresh, server.secret);
    return { octets, authenticator: fresh, identifier, proxyState };
  }
  const octets = signAccountingRequest({ identifier, attributes }, server.secret);
  return { octets, authenticator: octets.subarray(4, 20), identifier, proxyState };
};

/** Asks the servers in their order until one answers; only the given one where a dialogue goes on. */
export const askTarget = async (
  servers: readonly TargetServer[],
  attributesFor: AttributesFor,
  options: {
    readonly only?: number | undefined;
    readonly isAccounting?: boolean;
    readonly signal: AbortSignal;
  },
): Promise<Asked | undefined> => {
  const { only, isAccounting = false, signal } = options;
  for (const [at, server] of servers.entries()) {
    if (only !== undefined && only !== at) continue;
    if (signal.aborted) return undefined;
    const sent = prepare(server, attributesFor, isAccounting);
    const reply = await askServer(server, sent, isAccounting, signal);
    if (reply) return { reply, server: at, authenticator: sent.authenticator };
  }
  return undefined;
};
