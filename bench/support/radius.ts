import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newAuthenticator, signRequest } from '../../api/radius/authenticator.ts';
import { textAttribute, types } from '../../api/radius/attributes.ts';
import { hidePassword } from '../../api/radius/hiding.ts';
import { codes, decodePacket } from '../../api/radius/packet.ts';
import { startCountersign, type Countersign } from './countersign.ts';
import { expected } from './crowd.ts';
import { codesInTurn, type OtpCaller } from './otpCaller.ts';
import { restClient } from './restClient.ts';
import type { SeededUser } from './seeding.ts';

export const secret = Buffer.from('benchmark benchmark benchmark be');
/** What a client may ask a second: more than anything here does. */
const requestsPerSecond = 100_000;
/** The longest that a client may wait (spec/40). */
const deadlineSeconds = 180;
/** An answer that takes longer is lost. */
const patienceMs = 20_000;

export type RadiusServer = Countersign & {
  readonly radiusPort: number;
  /** Adds a client with no target at this address of this machine. */
  addClient(address: string): Promise<void>;
  /** Packets that got no answer, by reason. */
  dropped(): Promise<Readonly<Record<string, number>>>;
};

export const startRadiusServer = async (data: string): Promise<RadiusServer> => {
  mkdirSync(data, { recursive: true });
  const settings = { radius: [0], radiusSeconds: deadlineSeconds };
  writeFileSync(join(data, 'countersign.json'), JSON.stringify(settings), { mode: 0o600 });
  const server = await startCountersign({ data });
  const { radius } = server.ready as { radius: string };
  const administrator = restClient(server.http, server.adminToken);
  return {
    ...server,
    radiusPort: Number(radius.split(':')[1]),
    async addClient(address) {
      const path = `/configuration/radiusClient/nas-${address}`;
      const client = { addresses: [address], secret: secret.toString(), target: 'none' };
      expected(await administrator.put(path, { ...client, requestsPerSecond }), 200);
    },
    async dropped() {
      const { dropped } = expected(await administrator.get('/radius/status'), 200);
      return dropped as Readonly<Record<string, number>>;
    },
    async stop() {
      administrator.close();
      await server.stop();
    },
  };
};

/** Octets of a login. */
export const loginOf = (
  login: { readonly username: string; readonly password?: string },
  identifier: number,
  key = secret,
): Buffer => {
  const authenticator = newAuthenticator();
  const { username, password } = login;
  const hidden = password && hidePassword(Buffer.from(password), authenticator, key);
  return signRequest(
    {
      identifier,
      attributes: [
        textAttribute(types.userName, username),
        ...(hidden ? [{ type: types.userPassword, value: hidden }] : []),
      ],
    },
    authenticator,
    key,
  );
};

/** One socket of an access server. */
export type Nas = {
  send(octets: Buffer): void;
  /** The code of the answer to these octets, whose identifier nothing else has open. @throws where none comes */
  answer(octets: Buffer): Promise<number>;
  close(): void;
};

/** @param onReply told of every answer */
export const openNas = async (
  port: number,
  address: string,
  onReply: () => void = () => undefined,
): Promise<Nas> => {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const waiting = new Map<number, (code: number) => void>();
  socket.on('message', (datagram) => {
    const reply = decodePacket(datagram);
    if (!reply) return;
    onReply();
    waiting.get(reply.identifier)?.(reply.code);
    waiting.delete(reply.identifier);
  });
  const send = (octets: Buffer): void => socket.send(octets, port, '127.0.0.1');
  return {
    send,
    answer: (octets) =>
      new Promise((resolve, reject) => {
        const late = () => reject(new Error('a RADIUS request was not answered in time'));
        const timer = setTimeout(late, patienceMs);
        waiting.set(octets[1]!, (code) => {
          clearTimeout(timer);
          resolve(code);
        });
        send(octets);
      }),
    close: () => socket.close(),
  };
};

const identifiers = 256;

/** Access servers of one client and the people whose codes they hand in as passwords, in turn. */
export const radiusOtpCaller = async (
  server: RadiusServer,
  people: readonly SeededUser[],
  { address, clients }: { readonly address: string; readonly clients: number },
): Promise<OtpCaller> => {
  const sockets = await Promise.all(
    Array.from({ length: clients }, () => openNas(server.radiusPort, address)),
  );
  const next = codesInTurn(people);
  let sent = 0;
  return {
    async call(client) {
      const { username, code: password } = next();
      const code = await sockets[client]!.answer(
        loginOf({ username, password }, sent++ % identifiers),
      );
      if (code !== codes.accessAccept)
        throw new Error(`a right code was answered with code ${code}`);
    },
    close() {
      for (const socket of sockets) socket.close();
    },
  };
};
