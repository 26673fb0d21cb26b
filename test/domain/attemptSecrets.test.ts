import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { attemptSecrets } from '../../domain/attemptSecrets.ts';
import { count, seed } from '../support/profile.ts';

const secretsOf = (key: string) =>
  attemptSecrets({
    hash: (purpose, text) => createHmac('sha256', key).update(`${purpose}\0${text}`).digest('hex'),
  });

test('a code belongs to its attempt and its key, has six digits, and comes out the same on every node', () => {
  const [one, other] = [secretsOf('a'), secretsOf('b')];
  expect(one.textCode('R1')).toBe(secretsOf('a').textCode('R1'));
  expect(one.textCode('R1')).not.toBe(one.textCode('R2'));
  expect(one.textCode('R1')).not.toBe(other.textCode('R1'));
  for (let n = 0; n < 1_000; n += 1) expect(one.textCode(`R${n}`)).toMatch(/^\d{6}$/);
});

/** Pearson's statistic of counts that should be equal. */
const chiSquare = (counts: readonly number[]): number => {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
};

test('SEC-36 codes of texts are uniform: chi square over every digit and over the leading pair', () => {
  const { textCode } = secretsOf(`seed ${seed}`);
  const digits = Array.from({ length: 6 }, () => Array<number>(10).fill(0));
  const pairs = Array<number>(100).fill(0);
  const samples = count(1_000_000);
  for (let n = 0; n < samples; n += 1) {
    const code = textCode(`R${n}`);
    pairs[Number(code.slice(0, 2))]! += 1;
    for (const [place, digit] of Array.from(code).entries()) digits[place]![Number(digit)]! += 1;
  }
  // Once in 10^6 runs a fair source is above these (9 and 99 degrees of freedom).
  for (const counts of digits) expect(chiSquare(counts)).toBeLessThan(45.1);
  expect(chiSquare(pairs)).toBeLessThan(180.8);
}, 300_000);

test('SEC-37 the number to match has two digits and is as likely to be any of them', () => {
  const { matchNumber } = secretsOf(`seed ${seed}`);
  const counts = Array<number>(90).fill(0);
  for (let n = 0; n < 20_000; n += 1) counts[Number(matchNumber(`R${n}`)) - 10]! += 1;
  expect(chiSquare(counts)).toBeLessThan(167);
});
