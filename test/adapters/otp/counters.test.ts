import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { maxLookAhead, otplibOtp } from '../../../adapters/otp/otplib.ts';
import { count, seed } from '../../support/profile.ts';

const otp = otplibOtp();
const secret = Buffer.from('12345678901234567890');
const digits = 6;
/** RFC 4226, appendix D: the codes of counters 0 to 9. */
const codes = [
  '755224',
  '287082',
  '359152',
  '969429',
  '338314',
  '254676',
  '287922',
  '162583',
  '399871',
  '520489',
];

describe('codes of event tokens', () => {
  test('the values of RFC 4226 are found at their counters', () => {
    codes.forEach((code, counter) => {
      expect(otp.codeAt(secret, counter, digits)).toBe(code);
      const check = { secret, code, digits, lookAhead: 10 };
      expect(otp.matchingCounter({ ...check, from: 0 })).toBe(counter);
      expect(otp.matchingCounter({ ...check, from: counter })).toBe(counter);
      expect(otp.matchingCounter({ ...check, from: counter + 1 })).toBeUndefined();
    });
  });

  test('a code is found up to the look-ahead and not beyond it', () => {
    const ahead = (steps: number) => otp.codeAt(secret, 100 + steps, digits);
    const found = (steps: number, lookAhead: number) =>
      otp.matchingCounter({ secret, code: ahead(steps), digits, from: 100, lookAhead });
    expect(found(10, 10)).toBe(110);
    expect(found(11, 10)).toBeUndefined();
    expect(found(0, 0)).toBe(100);
    expect(found(1, -5)).toBeUndefined();
    expect(found(maxLookAhead + 1, 1_000)).toBeUndefined();
  });

  test('SEC-33 whatever is typed ends as a counter or as none', () => {
    const typed = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constantFrom(...codes));
    fc.assert(
      fc.property(typed, fc.integer({ min: 0, max: 2 ** 50 }), (code, from) => {
        const found = otp.matchingCounter({ secret, code, digits, from, lookAhead: 10 });
        expect(found === undefined || (found >= from && found <= from + 10)).toBe(true);
      }),
      { seed, numRuns: count(1_000) },
    );
  });
});

describe('two codes in a row', () => {
  const pair = (first: unknown, second: unknown, from = 0, range = 21) =>
    otp.matchingPair({ secret, codes: [first, second], digits, from, range });

  test('fit one after the other, in this order, with nothing between', () => {
    expect(pair(codes[3], codes[4])).toBe(4);
    expect(pair(codes[4], codes[3])).toBeUndefined();
    expect(pair(codes[3], codes[5])).toBeUndefined();
    expect(pair(codes[3], codes[3])).toBeUndefined();
    expect(pair(codes[3], codes[4], 4)).toBeUndefined();
    expect(pair(codes[8], codes[9], 0, 9)).toBeUndefined();
    expect(pair('', undefined)).toBeUndefined();
  });

  test('are found wherever they are in the range', () => {
    const anywhere = fc.record({
      from: fc.integer({ min: 0, max: 2 ** 40 }),
      at: fc.integer({ min: 0, max: 39 }),
    });
    fc.assert(
      fc.property(anywhere, ({ from, at }) => {
        const shown = [from + at, from + at + 1].map((step) => otp.codeAt(secret, step, digits));
        expect(pair(shown[0], shown[1], from, 41)).toBe(from + at + 1);
      }),
      { seed, numRuns: count(400) },
    );
  });
});
