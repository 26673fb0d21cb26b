import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { codes } from '../../../api/radius/packet.ts';
import type { RadsecLimits } from '../../../api/radius/radsecLimits.ts';
import {
  certificateAuthority,
  selfSigned,
  type Authority,
  type Pair,
} from '../../e2e/support/certificates.ts';
import { until } from '../../e2e/support/until.ts';
import { login, plain, radsecClient, radsecRig, statusServer } from './radsecRig.ts';

/* What a connection of RADIUS over TLS may cost, with limits that are over sooner than a deployment's. */

const folder = mkdtempSync(join(tmpdir(), 'countersign-radsec-'));
type Rig = Awaited<ReturnType<typeof radsecRig>>;
const rigs: Rig[] = [];
let authority: Authority;
let server: Pair;
let pinned: Pair;
let other: Pair;

const start = async ({ limits = {} }: { limits?: Partial<RadsecLimits> } = {}): Promise<Rig> => {
  const clients = {
    pinned: { certificates: [plain(pinned)] },
    other: { certificates: [plain(other)] },
  };
  const started = await radsecRig({ server, authority, clients, limits });
  rigs.push(started);
  return started;
};

beforeAll(() => {
  authority = certificateAuthority(folder, 'campus');
  server = authority.issue('radius.example.test', 'serverAuth');
  [pinned, other] = [selfSigned(folder, 'pinned'), selfSigned(folder, 'other')];
});
afterAll(async () => {
  for (const started of rigs) await started.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('SEC-15 a length that no packet has ends the connection', async () => {
  const rig = await start();
  for (const length of [0, 19, 4097, 65_535]) {
    const client = await radsecClient(rig.port, pinned);
    client.send(statusServer(1));
    expect((await client.next())?.code).toBe(codes.accessAccept);
    const before = rig.dropped('malformed');
    client.send(Buffer.from([1, 1, length >> 8, length & 0xff]));
    await client.ended();
    expect(rig.dropped('malformed')).toBe(before + 1);
  }
  const lying = await radsecClient(rig.port, pinned);
  // An attribute that is longer than its packet.
  lying.send(Buffer.from([1, 1, 0, 22, ...Array<number>(16).fill(0), 1, 9]));
  await lying.ended();
});

test('SEC-15 half a packet has its time, which octets that trickle in do not make longer', async () => {
  const strict = await start({ limits: { packetMs: 300 } });
  const [silent, trickling, good] = [
    await radsecClient(strict.port, pinned),
    await radsecClient(strict.port, pinned),
    await radsecClient(strict.port, pinned),
  ];
  silent.send(login(1).subarray(0, 30));
  trickling.send(Buffer.from([1, 1, 16, 0]));
  const drip = setInterval(() => trickling.send(Buffer.from([0])), 50);
  await Promise.all([silent.ended(), trickling.ended()]);
  clearInterval(drip);
  good.send(statusServer(1));
  expect((await good.next())?.code).toBe(codes.accessAccept);
  good.socket.destroy();
});

test('SEC-15 handshakes that do not come have their time, and one address may begin so many', async () => {
  const small = await start({ limits: { handshakeMs: 800, unprovenOfAddress: 3 } });
  const silent = Array.from({ length: 4 }, () => connect(small.port, '127.0.0.1'));
  for (const socket of silent) socket.on('error', () => undefined);
  await Promise.all(silent.map((socket) => once(socket, 'close')));
  expect(small.dropped('tooManyConnections')).toBe(1);
  expect(small.dropped('failedHandshake')).toBeGreaterThanOrEqual(3);
});

test('SEC-15 a client has so many connections, and others have theirs', async () => {
  const small = await start({ limits: { connectionsOfClient: 2 } });
  const clients = [
    await radsecClient(small.port, pinned),
    await radsecClient(small.port, pinned),
    await radsecClient(small.port, other),
  ];
  for (const client of clients) client.send(statusServer(1));
  for (const client of clients) expect((await client.next())?.code).toBe(codes.accessAccept);
  const third = await radsecClient(small.port, pinned);
  await third.ended();
  expect(small.dropped('tooManyConnections')).toBe(1);
  for (const client of clients) client.socket.destroy();
  await until('them to be counted out', () => small.monitor.connectionsOf('pinned') === 0);
});

test('SEC-15 a connection that says nothing is closed', async () => {
  const idle = await start({ limits: { idleMs: 300 } });
  const client = await radsecClient(idle.port, pinned);
  await client.ended();
  await until('it to be counted out', () => idle.monitor.connectionsOf('pinned') === 0);
});

test('SEC-15 a stop ends all connections', async () => {
  const stopping = await start();
  const client = await radsecClient(stopping.port, pinned);
  client.send(statusServer(1));
  await client.next();
  await stopping.stop();
  rigs.splice(rigs.indexOf(stopping), 1);
  await client.ended();
});

test('nothing of all this went wrong inside', () => {
  expect(rigs.flatMap(({ errors }) => errors)).toEqual([]);
});
