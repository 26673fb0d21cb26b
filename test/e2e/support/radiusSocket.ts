import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import {
  isReplyTo,
  messageAuthenticatorOf,
  newAuthenticator,
  signRequest,
} from '../../../api/radius/authenticator.ts';
import { all, textAttribute, types } from '../../../api/radius/attributes.ts';
import { hidePassword } from '../../../api/radius/hiding.ts';
import {
  codes,
  decodePacket,
  encodePacket,
  type Attribute,
  type ReceivedPacket,
} from '../../../api/radius/packet.ts';

/** An access server that can send the same octets again, to any node, from one port. */
export type AccessServer = {
  readonly secret: Buffer;
  /** Octets of a login. */
  request(login: {
    readonly username?: string;
    readonly password?: string;
    readonly station?: string;
    readonly more?: readonly Attribute[];
    /** False for a client of before Message-Authenticator. */
    readonly proven?: boolean;
    readonly code?: number;
  }): Buffer;
  send(octets: Buffer, to: string): void;
  /** Everything that came, oldest first; each is checked as SEC-05 wants it. */
  readonly replies: readonly ReceivedPacket[];
  /** The first answer to these octets after `since` replies. */
  answer(octets: Buffer, withinMs?: number): Promise<ReceivedPacket | undefined>;
  /** All answers to these octets. */
  repliesTo(octets: Buffer): readonly ReceivedPacket[];
  /** Faults of replies: no proof in front, a wrong one, another Proxy-State than ours, or an answer to nothing. */
  readonly faults: readonly string[];
  /** @throws where a reply had a fault, so that no test goes without this check */
  close(): void;
};

const patienceMs = 60_000;

export const accessServer = async (
  secretText: string,
  address = '127.0.0.1',
): Promise<AccessServer> => {
  const secret = Buffer.from(secretText, 'latin1');
  const socket: Socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const sent = new Map<number, Set<Buffer>>();
  const replies: ReceivedPacket[] = [];
  const repliesOf = new Map<Buffer, ReceivedPacket[]>();
  const faults: string[] = [];
  const waiting = new Set<() => void>();

  const requestOf = (reply: ReceivedPacket): Buffer | undefined =>
    [...(sent.get(reply.identifier) ?? [])].find((octets) =>
      isReplyTo(reply, octets.subarray(4, 20), secret),
    );
  const proxyStatesIn = (octets: Buffer): readonly string[] =>
    all(decodePacket(octets)?.attributes ?? [], types.proxyState).map((one) => one.toString('hex'));

  socket.on('message', (datagram) => {
    const reply = decodePacket(datagram);
    const request = reply && requestOf(reply);
    if (!reply || !request) return void faults.push('an answer to nothing');
    if (reply.octets[20] !== types.messageAuthenticator) faults.push('no proof in front');
    if (messageAuthenticatorOf(reply, secret, request.subarray(4, 20)) !== 'valid')
      faults.push('a wrong proof');
    if (proxyStatesIn(request).join(' ') !== proxyStatesIn(datagram).join(' '))
      faults.push('another Proxy-State');
    replies.push(reply);
    repliesOf.set(request, [...(repliesOf.get(request) ?? []), reply]);
    for (const wake of waiting) wake();
  });

  return {
    secret,
    replies,
    faults,
    request({ username, password, station, more = [], proven = true, code = codes.accessRequest }) {
      const authenticator = newAuthenticator();
      const identifier = randomInt(256);
      const attributes = [
        ...(username === undefined ? [] : [textAttribute(types.userName, username)]),
        ...(password === undefined
          ? []
          : [
              {
                type: types.userPassword,
                value: hidePassword(Buffer.from(password), authenticator, secret),
              },
            ]),
        ...(station === undefined ? [] : [textAttribute(types.callingStationId, station)]),
        ...more,
      ];
      return proven && code === codes.accessRequest
        ? signRequest({ identifier, attributes }, authenticator, secret)
        : encodePacket({ code, identifier, authenticator, attributes });
    },
    send(octets, to) {
      const at = to.lastIndexOf(':');
      sent.set(octets[1]!, (sent.get(octets[1]!) ?? new Set()).add(octets));
      socket.send(octets, Number(to.slice(at + 1)), to.slice(0, at));
    },
    async answer(octets, withinMs = patienceMs) {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const [found] = repliesOf.get(octets) ?? [];
        if (found || Date.now() >= deadline) return found;
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            clearTimeout(timer);
            waiting.delete(wake);
            resolve();
          };
          const timer = setTimeout(wake, deadline - Date.now());
          waiting.add(wake);
        });
      }
    },
    repliesTo: (octets) => repliesOf.get(octets) ?? [],
    close() {
      socket.close();
      if (faults.length > 0) throw new Error(`SEC-05: ${faults.join(', ')}`);
    },
  };
};
