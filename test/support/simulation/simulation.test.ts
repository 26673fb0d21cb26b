import { expect, test } from '@jest/globals';
import { count, seed } from '../profile.ts';
import { simulate } from './run.ts';

const firstSeed = seed % 1_000_000_000;

test('REL-06 no seed breaks an invariant', async () => {
  for (let index = 0; index < count(10_000); index += 1) {
    const { violations } = await simulate(firstSeed + index);
    if (violations.length > 0)
      throw new Error(`seed ${firstSeed + index}: ${violations.join('; ')}`);
  }
}, 1_800_000);

test('REL-06 a seed replays bit for bit', async () => {
  for (let index = 0; index < 20; index += 1) {
    const first = await simulate(firstSeed + index);
    expect(first.trace.length).toBeGreaterThan(1_000);
    expect((await simulate(firstSeed + index)).trace).toBe(first.trace);
  }
  expect((await simulate(1)).trace).not.toBe((await simulate(2)).trace);
}, 120_000);
