import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request } from 'express';
import { otplibOtp } from '../../../adapters/otp/otplib.ts';
import { authenticator } from '../../../api/rest/authenticate.ts';
import { settingsStream } from '../../../domain/ids.ts';
import { openAdminToken, readAdminToken } from '../../../runtime/adminToken.ts';
import { configure, createReadSide, type ReadSide } from '../../api/queries/support/readSide.ts';
import { randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import { leastT, type Classes } from '../support/timing.ts';

/* Whether the time of a refusal tells how near a guess was. */

const samples = count(100_000);
const enough = 4.5;
const inputs = 64;
const random = randomOf(seed);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const password = randomBytes(20).toString('base64url');
const token = `cs_${randomBytes(32).toString('base64url')}`;
const folder = mkdtempSync(join(tmpdir(), 'countersign-timing-'));
let side: ReadSide;

beforeAll(async () => {
  side = await createReadSide();
  configure(side.log);
  side.log
    .add(settingsStream, 'ServiceAccountAdded', {
      accountId: 'A1',
      name: 'svc',
      secretHash: sha256(password),
      groups: ['PhoneFactor Admins'],
    })
    .add(settingsStream, 'ApiClientAdded', {
      clientId: 'C1',
      name: 'script',
      secretHash: sha256(token),
      scopes: ['verify'],
    });
  await side.sync();
});

afterAll(async () => {
  await side.close();
  rmSync(folder, { recursive: true });
});

/** Guesses that share all but their end with the secret, and guesses that share nothing; all of one length. */
const nearAndFar = (secret: string): Classes<string> => {
  const end = 4;
  const noise = () => randomBytes(secret.length).toString('base64url').slice(0, secret.length);
  return {
    a: Array.from({ length: inputs }, () => secret.slice(0, -end) + noise().slice(-end)),
    b: Array.from({ length: inputs }, () => secret.slice(0, 3) + noise().slice(3)),
  };
};

const expectSameTime = async <Input>(
  name: string,
  run: (input: Input) => unknown,
  classes: Classes<Input>,
): Promise<void> => {
  const t = await leastT(run, classes, { samples, random, enough });
  process.stderr.write(`SEC-34 ${name}: |t| = ${t.toFixed(2)} on ${samples} samples\n`);
  expect(t).toBeLessThan(enough);
};

describe(`SEC-34 |t| < ${enough} between near and far guesses`, () => {
  test('SEC-34 API token', () =>
    expectSameTime('API token', (guess) => side.queries.verifyApiToken(guess), nearAndFar(token)));

  test('SEC-34 service account', () =>
    expectSameTime(
      'service account',
      (guess) => side.queries.verifyServiceAccount('svc', guess),
      nearAndFar(password),
    ));

  test('SEC-34 OATH code', () => {
    const otp = otplibOtp();
    const secret = otp.generateSecret();
    const serverStep = 58_000_000;
    const right = otp.codeAt(secret, serverStep, 6);
    const codes = (make: (number: number) => string) =>
      Array.from({ length: inputs }, (_, number) => make(number));
    const other = (digit: string) => String((Number(digit) + 5) % 10);
    const classes: Classes<string> = {
      a: codes((number) => right.slice(0, 5) + String((Number(right[5]) + 1 + (number % 9)) % 10)),
      b: codes((number) => other(right[0]!) + String(10_000 + number * 997)),
    };
    return expectSameTime(
      'OATH code',
      (code) => otp.matchingSteps({ secret, code, serverStep, drift: 0, window: 1, digits: 6 }),
      classes,
    );
  });

  test('SEC-34 local administrator token', async () => {
    const path = join(folder, 'admin-token');
    const { accepts } = openAdminToken(path);
    const admin = readAdminToken(path);
    await expectSameTime('administrator token', accepts, nearAndFar(admin));
    const authenticate = authenticator({
      queries: {
        verifyApiToken: async () => undefined,
        verifyApiCertificate: async () => undefined,
      },
      adminTokenHash: sha256(admin),
    });
    const { a, b } = nearAndFar(admin);
    const calls = (guesses: readonly string[]) =>
      guesses.map(
        (guess) => ({ headers: { authorization: `Bearer ${guess}` }, socket: {} }) as Request,
      );
    await expectSameTime(
      'administrator token over REST',
      (request) => authenticate(request).catch(() => undefined),
      { a: calls(a), b: calls(b) },
    );
  });
});

test('SEC-34 the measure shows a compare that ends early', async () => {
  const secret = randomBytes(2_048).toString('hex');
  const leaky = (guess: string): boolean => {
    for (let at = 0; at < secret.length; at += 1) if (guess[at] !== secret[at]) return false;
    return true;
  };
  const t = await leastT(leaky, nearAndFar(secret), { samples: 2_000, random, enough });
  expect(t).toBeGreaterThan(enough);
});
