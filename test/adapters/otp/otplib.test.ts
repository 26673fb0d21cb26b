import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeBase32, encodeBase32 } from '../../../adapters/otp/base32.ts';
import { otplibOtp } from '../../../adapters/otp/otplib.ts';
import { decideOtp, stepAt } from '../../../domain/otpWindow.ts';
import { count, seed } from '../../support/profile.ts';
import { mobileVectors } from '../../wire/mobileVectors.ts';
import { anyText } from '../../support/anyText.ts';

const otp = otplibOtp();
const ownSecret = 'ledxob4zljcwi4n44qr3ogpi5klybsx3';

describe('codes', () => {
  test.each(mobileVectors.oath)(
    '$id',
    ({ secret, secretHex, time, period, digits, code, counter }) => {
      const step = stepAt(time * 1_000, period);
      expect(String(step)).toBe(counter);
      expect(otp.codeAt(secret, step, digits)).toBe(code);
      expect(otp.codeAt(Buffer.from(secretHex, 'hex'), step, digits)).toBe(code);
    },
  );

  test('equal those of oathtool for random secrets and steps', () => {
    const secrets = fc.uint8Array({ minLength: 10, maxLength: 64 });
    const steps = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(secrets, steps, fc.constantFrom(6, 7, 8), (secret, step, digits) => {
        const hex = Buffer.from(secret).toString('hex');
        const args = ['--hotp', `--counter=${step}`, `--digits=${digits}`, hex];
        const oracle = execFileSync('oathtool', args, { encoding: 'utf8' }).trim();
        expect(otp.codeAt(secret, step, digits)).toBe(oracle);
      }),
      { seed, numRuns: count(1_000) },
    );
  });
});

describe('proofs', () => {
  test.each(mobileVectors.oathProof)('$id', ({ secret, counter, proof }) => {
    expect(otp.proofOf(secret, counter)).toBe(proof);
    expect(otp.provesSecret(secret, counter, proof.toLowerCase())).toBe(true);
    expect(otp.provesSecret(secret, counter, proof.replace(/^./, 'Z'))).toBe(false);
    expect(otp.provesSecret(secret, counter, '')).toBe(false);
  });
});

describe('typed codes, arithmetic and decision together', () => {
  test.each(mobileVectors.oathCheck)('$id', (check) => {
    const { secret, code, window, storedDrift: drift } = check;
    const serverStep = stepAt(check.serverTime * 1_000, 30);
    const matched = otp.matchingSteps({ secret, code, serverStep, drift, window, digits: 6 });
    const lastStep = check.lastCounter === null ? undefined : Number(check.lastCounter);
    const decision = decideOtp({ matched, serverStep, drift, lastStep });
    const { result: kind, newDrift } = check;
    expect(decision).toMatchObject(kind === 'accept' ? { kind, drift: newDrift } : { kind });
  });

  test('SEC-33 whatever is typed, and however the clock is set, ends as a decision', () => {
    const codes = fc.oneof(
      fc.anything(),
      anyText(),
      fc.stringMatching(/^[0-9 ]{0,8}$/),
      fc.constantFrom('', '7', '      ', '１２３４５６', '٣٣٣٣٣٣', '12e456', '-12345', 830_954),
    );
    const steps = fc.integer({ min: -100, max: 2 ** 40 });
    fc.assert(
      fc.property(
        codes,
        steps,
        fc.integer({ min: -24, max: 24 }),
        steps,
        (code, serverStep, drift, lastStep) => {
          const check = { secret: ownSecret, code, serverStep, drift, window: 1, digits: 6 };
          const decision = decideOtp({
            matched: otp.matchingSteps(check),
            serverStep,
            drift,
            lastStep,
          });
          const possible = typeof code === 'string' ? ['accept', 'reused', 'wrong'] : ['wrong'];
          expect(possible).toContain(decision.kind);
        },
      ),
      { seed, numRuns: count(20_000) },
    );
  });

  test('SEC-33 a right code as a number is wrong, and after the clock is set back a used one is reused', () => {
    const serverStep = 58_907_520;
    const check = { secret: ownSecret, serverStep, drift: 0, window: 1, digits: 6 };
    expect(otp.matchingSteps({ ...check, code: 830_954 })).toBeUndefined();
    const matched = otp.matchingSteps({ ...check, code: '830954' });
    expect(decideOtp({ matched, serverStep, drift: 0, lastStep: serverStep + 5_000 }).kind).toBe(
      'reused',
    );
  });

  test('SEC-32 no code outside one step passes, whatever window is asked for beyond the largest', () => {
    const check = { secret: ownSecret, serverStep: 58_907_520, drift: 0, window: 99, digits: 6 };
    expect(
      otp.matchingSteps({ ...check, code: otp.codeAt(ownSecret, 58_907_523, 6) }),
    ).toBeUndefined();
  });
});

describe('secrets', () => {
  test('SEC-35 new ones have 160 bits and differ', () => {
    const made = Array.from({ length: 200 }, () => otp.generateSecret());
    for (const secret of made) expect(secret).toMatch(/^[a-z2-7]{32}$/);
    expect(new Set(made).size).toBe(made.length);
  });

  test('SEC-35 the 80-bit secrets of old tokens still work, shorter ones do not', () => {
    expect(otp.codeAt('GEZDGNBVGY3TQOJQ', 1, 6)).toMatch(/^\d{6}$/);
    expect(() => otp.codeAt('GEZDGNBV', 1, 6)).toThrow(/secret/i);
  });

  test('base32 reads back what it wrote, in any spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 64 }), (bytes) => {
        const text = encodeBase32(bytes);
        expect(decodeBase32(text)).toEqual(bytes);
        expect(decodeBase32(`${text.toUpperCase().replaceAll(/(.{4})/g, '$1 - ')}====`)).toEqual(
          bytes,
        );
      }),
      { seed, numRuns: count(2_000) },
    );
  });

  test.each(['', 'a', '0189', 'abc$', 'ü'.repeat(16), 'a'.repeat(257)])(
    '%s is no base32',
    (text) => {
      expect(() => decodeBase32(text)).toThrow(RangeError);
    },
  );

  test.each(['GEZDGNBVGY3TQOJQGEZ', 'GEZDGNBVGY3TQOJQGE7', 'GEZDGNBVGY3TQOJQG'])(
    '%s has unused bits',
    (text) => {
      expect(Buffer.from(decodeBase32(text)).toString('latin1')).toMatch(/^1234567890/);
    },
  );
});
