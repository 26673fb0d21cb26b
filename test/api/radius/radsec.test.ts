import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  X509Certificate,
} from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Attempt } from '../../../api/facade.ts';
import { messageAuthenticatorOf } from '../../../api/radius/authenticator.ts';
import { textAttribute, types } from '../../../api/radius/attributes.ts';
import { codes } from '../../../api/radius/packet.ts';
import { issueCertificate } from '../../../runtime/x509.ts';
import {
  certificateAuthority,
  selfSigned,
  type Authority,
  type Pair,
} from '../../e2e/support/certificates.ts';
import { until } from '../../e2e/support/until.ts';
import { below, mutate, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import {
  login,
  plain,
  radsec,
  radsecClient,
  radsecRig,
  statusServer,
  unproven,
} from './radsecRig.ts';

/* RADIUS over TLS with commands that let everybody in: what keeps people out here is the connection alone. */

const folder = mkdtempSync(join(tmpdir(), 'countersign-radsec-'));
type Rig = Awaited<ReturnType<typeof radsecRig>>;
const rigs: Rig[] = [];
let authority: Authority;
let server: Pair;
let pinned: Pair;
let other: Pair;
let named: Pair;
let rig: Rig;

const start = async (more: Partial<Parameters<typeof radsecRig>[0]> = {}): Promise<Rig> => {
  const started = await radsecRig({
    server,
    authority,
    clients: {
      pinned: { certificates: [plain(pinned)] },
      other: { certificates: [plain(other)], addresses: ['127.0.0.1'] },
      named: { certificateNames: ['GW1.example.test'] },
    },
    ...more,
  });
  rigs.push(started);
  return started;
};
const named1 = (name: string) => textAttribute(types.userName, name);

/** Somebody who must not be served: their packet gets nothing but the end of the connection. */
const isShutOut = async (pair?: Pick<Pair, 'cert' | 'key'>): Promise<boolean> => {
  const client = await radsecClient(rig.port, pair);
  client.send(login(1));
  return (await client.next()) === undefined;
};

beforeAll(async () => {
  authority = certificateAuthority(folder, 'campus');
  server = authority.issue('radius.example.test', 'serverAuth');
  [pinned, other] = [selfSigned(folder, 'pinned'), selfSigned(folder, 'other')];
  named = authority.issue('gw1.example.test');
  rig = await start();
}, 60_000);
afterAll(async () => {
  for (const started of rigs) await started.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('who a client is', () => {
  test('SEC-15 its certificate says, whatever address it has and whoever has issued it', async () => {
    for (const [clientId, pair] of Object.entries({ pinned, other, named })) {
      const client = await radsecClient(rig.port, pair);
      const request = login(7);
      client.send(request);
      const reply = (await client.next())!;
      expect([reply.code, reply.identifier]).toEqual([codes.accessAccept, 7]);
      expect(reply.octets[20]).toBe(types.messageAuthenticator);
      expect(messageAuthenticatorOf(reply, radsec, request.subarray(4, 20))).toBe('valid');
      expect(rig.logins.at(-1)?.clientId).toBe(clientId);
      const seen = rig.monitor.status().clients.find((each) => each.clientId === clientId);
      expect(seen).toMatchObject({ connections: 1, proven: true });
      client.socket.destroy();
      await until('the connection to be counted out', () => !rig.monitor.connectionsOf(clientId));
    }
  });

  test('SEC-15 nobody without a certificate, with a strange one, or with one that is for something else', async () => {
    const strange = certificateAuthority(folder, 'campus2');
    const before = [rig.logins.length, rig.dropped('unknownCertificate')] as const;
    const out = [
      undefined,
      selfSigned(folder, 'stranger'),
      strange.issue('gw1.example.test'),
      authority.issue('gw2.example.test'),
      authority.issue('gw1.example.test', 'serverAuth'),
      authority.issue('*.example.test'),
    ];
    for (const pair of out) expect(await isShutOut(pair)).toBe(true);
    expect(rig.logins.length).toBe(before[0]);
    expect(rig.dropped('unknownCertificate')).toBe(before[1] + out.length);
  });

  test('SEC-15 a certificate that is over, or not yet in force, is none', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const days = (from: number, to: number) => {
      const at = (day: number) => new Date(Date.now() + day * 86_400_000);
      return { notBefore: at(from), notAfter: at(to) };
    };
    const made = (life: ReturnType<typeof days>) => ({
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      cert: issueCertificate({
        ...life,
        subject: 'old',
        issuer: 'campus',
        publicKey,
        hosts: ['gw1.example.test'],
        issuerKey: createPrivateKey(authority.key),
        issuerPublicKey: createPublicKey(authority.cert),
      }),
    });
    const certificates = [made(days(-9, -1)), made(days(1, 9)), made(days(-1, 1))];
    const fingerprints = certificates.map(({ cert }) => new X509Certificate(cert).fingerprint256);
    await rig.set('old', {
      certificates: fingerprints.map((text) => text.replaceAll(':', '').toLowerCase()),
    });
    const out = await Promise.all(certificates.map((pair) => isShutOut(pair)));
    expect(out).toEqual([true, true, false]);
  });

  test('SEC-15 whoever is removed, or gets another certificate, is not served on', async () => {
    const passing = selfSigned(folder, 'passing');
    const item = { certificates: [plain(passing)] };
    await rig.set('passing', item);
    const first = await radsecClient(rig.port, passing);
    first.send(statusServer(1));
    expect((await first.next())?.code).toBe(codes.accessAccept);
    await rig.set('passing', { certificateNames: ['elsewhere.example.test'] });
    await until('the change to be known', async () => isShutOut(passing));
    first.send(login(2));
    expect(await first.next()).toBeUndefined();
    await rig.set('passing', item);
    const second = await radsecClient(rig.port, passing);
    second.send(statusServer(3));
    expect((await second.next())?.code).toBe(codes.accessAccept);
    await rig.remove('passing');
    await until('the removal to be known', async () => isShutOut(passing));
    second.send(login(4));
    expect(await second.next()).toBeUndefined();
  });

  test('SEC-15 nothing older than TLS 1.2', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const client = await radsecClient(rig.port, pinned, old);
    await client.ended();
    expect(client.socket.getProtocol()).not.toBe('TLSv1.1');
    await until('the refusal to be counted', () => rig.dropped('failedHandshake') > 0);
    const modern = await radsecClient(rig.port, pinned, { maxVersion: 'TLSv1.2' });
    modern.send(statusServer(1));
    expect((await modern.next())?.code).toBe(codes.accessAccept);
    modern.socket.destroy();
  });
});

describe('packets', () => {
  test('SEC-15 a proof may be missing, but not be wrong; EAP and Status-Server must have one', async () => {
    const client = await radsecClient(rig.port, pinned);
    client.send(unproven(1, [named1('ann'), textAttribute(types.proxyState, 'one')]));
    expect((await client.next())?.code).toBe(codes.accessAccept);
    const eap = { type: types.eapMessage, value: Buffer.from([2, 1, 0, 5, 1]) };
    client.send(unproven(2, [named1('ann'), eap]), statusServer(3));
    expect((await client.next())?.identifier).toBe(3);
    const forged = login(4);
    forged[30]! ^= 1;
    const before = rig.logins.length;
    client.send(forged, login(5));
    await client.ended();
    expect(rig.dropped('badAuthenticator')).toBe(1);
    expect(rig.logins.length - before).toBeLessThanOrEqual(1);
  });

  test('many in one piece, one in many, and answers in the order in which they are known', async () => {
    const gate = Promise.withResolvers<Attempt>();
    const approved = { requestId: '0'.repeat(32), state: 'approved', code: 'APPROVED' } as const;
    const slow = await start({
      decide: ({ username }) => (username === 'ann' ? gate.promise : Promise.resolve(approved)),
    });
    const client = await radsecClient(slow.port, pinned);
    client.send(login(1), login(2, [named1('ben')]), login(3, [named1('cara')]));
    expect([(await client.next())?.identifier, (await client.next())?.identifier]).toEqual([2, 3]);
    for (const octet of statusServer(4)) client.socket.write(Buffer.from([octet]));
    expect((await client.next())?.identifier).toBe(4);
    gate.resolve(approved);
    expect((await client.next())?.identifier).toBe(1);
    client.socket.destroy();
  });

  test('the same octets over another connection are the same login, and another client’s are not', async () => {
    const request = login(9);
    const keys: string[] = [];
    for (const pair of [pinned, pinned, other]) {
      const client = await radsecClient(rig.port, pair);
      client.send(request, request);
      expect((await client.next())?.code).toBe(codes.accessAccept);
      keys.push(rig.logins.at(-1)!.idempotencyKey ?? '');
      client.socket.destroy();
    }
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  test('SEC-15 SEC-01 mutated streams: no error, no login, and everybody else is served', async () => {
    const originals = [login(1), statusServer(2), Buffer.concat([login(3), login(4)])];
    const random = randomOf(seed);
    const fuzzed = await start({ limits: { packetMs: 300 } });
    const isOriginal = (octets: Buffer) => originals.some((one) => one.equals(octets));
    for (let run = count(2_000); run > 0; run -= 1) {
      const octets = mutate(originals[below(random, originals.length)]!, random);
      const client = await radsecClient(fuzzed.port, pinned);
      if (!isOriginal(octets)) client.send(octets);
      client.socket.destroySoon();
    }
    const client = await radsecClient(fuzzed.port, other);
    client.send(login(5));
    expect((await client.next())?.code).toBe(codes.accessAccept);
    expect(fuzzed.errors).toEqual([]);
  });
});

test('nothing of all this went wrong inside', () => {
  expect(rigs.flatMap(({ errors }) => errors)).toEqual([]);
});
