import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { shownCertificate } from '../../api/clientCertificate.ts';
import { certificateAuthority, selfSigned, type Pair } from '../e2e/support/certificates.ts';

const dayMs = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'client-certificate-'));
const authority = certificateAuthority(folder, 'campus');
const issued = authority.issue('Shop.example.test');
const own = selfSigned(folder, 'own');
let server: Server;

beforeAll(async () => {
  const { cert, key } = authority.issue('localhost', 'serverAuth');
  const asks = { requestCert: true, rejectUnauthorized: false, ca: authority.cert };
  server = createServer({ cert, key, ...asks }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** What the server sees of a caller, and the session that the caller could come back with. */
const seenOf = async (by?: Pair, session?: Buffer) => {
  const { port } = server.address() as AddressInfo;
  const arriving = once(server, 'secureConnection') as Promise<[TLSSocket]>;
  const caller = connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...(by ? { cert: by.cert, key: by.key } : {}),
    ...(session ? { session } : {}),
  });
  const next = once(caller, 'session') as Promise<[Buffer]>;
  const heard = once(caller, 'data');
  const [arrived] = await arriving;
  arrived.write('welcome');
  await heard;
  const at = (nowMs?: number) => shownCertificate({ socket: arrived }, nowMs);
  const end = () => void [caller, arrived].map((one) => one.destroy());
  return { at, next, resumed: caller.isSessionReused(), end };
};

test('RFC 8705 §3.1 a certificate is known by its SHA-256, its names count by our authority alone', async () => {
  const digest = createHash('sha256').update(new X509Certificate(own.cert).raw).digest();
  const shown = [await seenOf(own), await seenOf(issued), await seenOf()];
  expect(shown[0]!.at()).toEqual({
    fingerprint: digest.toString('hex'),
    thumbprint: digest.toString('base64url'),
    names: [],
  });
  expect(shown[1]!.at()?.names).toEqual(['shop.example.test']);
  expect(shown[2]!.at()).toBeUndefined();
  expect(shownCertificate({ socket: {} as Socket })).toBeUndefined();
  for (const { end } of shown) end();
});

test('one that is not of now is none', async () => {
  const { at, end } = await seenOf(own);
  expect([at(Date.now() - dayMs), at(Date.now() + 3 * dayMs)]).toEqual([undefined, undefined]);
  expect(at()).toBeDefined();
  end();
});

test('a session that is taken up again is still its certificate’s', async () => {
  const first = await seenOf(issued);
  const [session] = await first.next;
  const again = await seenOf(undefined, session);
  expect([first.resumed, again.resumed]).toEqual([false, true]);
  expect(again.at()).toEqual(first.at());
  first.end();
  again.end();
});
