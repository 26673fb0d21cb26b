import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { BadTimestamp } from '../../adapters/ledger/der.ts';
import { readTimestamp, requestTimestamp } from '../../adapters/ledger/timestamp.ts';
import { count, seed } from '../support/profile.ts';
import { startTsa, verifyStamp, type Tsa } from './tsa.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-tsa-'));
let tsa: Tsa;
beforeAll(async () => {
  tsa = await startTsa(join(folder, 'tsa'));
});
afterAll(async () => {
  await tsa.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('RFC 3161: a stamp of a real authority is taken, and OpenSSL verifies it for the very text', async () => {
  const text = 'log.example\n7\nAAAA\n';
  const { token, at } = await requestTimestamp(tsa.url, text, [tsa.target]);
  expect(at).toMatch(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const [data, stamp] = [join(folder, 'text'), join(folder, 'stamp.tsr')];
  writeFileSync(data, text);
  writeFileSync(stamp, token);
  expect(verifyStamp(tsa, { data, stamp })).toContain('OK');
  writeFileSync(data, `${text}x`);
  expect(() => verifyStamp(tsa, { data, stamp })).toThrow('Command failed');
});

test('an answer to another question, a refusal or anything else is no stamp', async () => {
  let genuine: Buffer = Buffer.alloc(0);
  tsa.bend = (answer) => {
    genuine = answer;
    return answer;
  };
  await requestTimestamp(tsa.url, 'one', [tsa.target]);
  const other = genuine;
  const refused = Buffer.from('30053003020102', 'hex');
  for (const answer of [
    other,
    refused,
    Buffer.alloc(0),
    Buffer.from('no'),
    genuine.subarray(0, 400),
  ]) {
    tsa.bend = () => answer;
    await expect(requestTimestamp(tsa.url, 'two', [tsa.target])).rejects.toThrow(BadTimestamp);
  }
  const asked = { digest: Buffer.alloc(32), nonce: Buffer.alloc(8, 1) };
  fc.assert(
    fc.property(
      fc.nat(genuine.length - 1),
      fc.nat(255),
      fc.nat(genuine.length),
      (at, byte, cut) => {
        const bent = Buffer.from(genuine.subarray(0, Math.max(1, cut)));
        bent[at % bent.length] = byte;
        expect(() => readTimestamp(bent, asked)).toThrow(BadTimestamp);
      },
    ),
    { seed, numRuns: count(4_000) },
  );
});

test('an inner address that nobody allowed is not asked', async () => {
  await expect(requestTimestamp(tsa.url, 'one', [])).rejects.toThrow('target refused');
});
