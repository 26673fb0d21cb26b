import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  decideOtp,
  hintedDrift,
  maxHintedDriftSteps,
  maxLearnedDriftSteps,
} from '../../domain/otpWindow.ts';
import { count, seed } from '../support/profile.ts';

const serverStep = 58_907_520;

describe('drift', () => {
  test('SEC-32 is learned one step per success and never beyond four', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(-1, 0, 1), { maxLength: 60 }), (offsets) => {
        let drift = 0;
        let lastStep: number | undefined;
        for (const [round, offset] of offsets.entries()) {
          const now = serverStep + round * 10;
          const decision = decideOtp({
            matched: now + drift + offset,
            serverStep: now,
            drift,
            lastStep,
          });
          if (decision.kind !== 'accept') throw new Error('a new step must pass');
          expect(Math.abs(decision.drift - drift)).toBeLessThanOrEqual(1);
          expect(Math.abs(decision.drift)).toBeLessThanOrEqual(maxLearnedDriftSteps);
          ({ drift, step: lastStep } = decision);
        }
      }),
      { seed, numRuns: count(5_000) },
    );
  });

  test('SEC-32 that an app hinted can only come back from beyond four', () => {
    const hinted = { serverStep, drift: 15, lastStep: undefined };
    const drifts = [-1, 0, 1].map((offset) =>
      decideOtp({ ...hinted, matched: serverStep + 15 + offset }),
    );
    expect(drifts).toMatchObject([{ drift: 14 }, { drift: 15 }, { drift: 15 }]);
  });

  test.each([
    [undefined, 0],
    ['', 0],
    ['1e3', 0],
    ['-5', 0],
    ['9223372036854775807', 0],
    ['0', 0],
    [String(serverStep), 0],
    [String(serverStep + maxHintedDriftSteps), maxHintedDriftSteps],
    [String(serverStep - maxHintedDriftSteps), -maxHintedDriftSteps],
    [String(serverStep + maxHintedDriftSteps + 1), 0],
  ])('of an app that reports %s starts at %s', (counter, drift) => {
    expect(hintedDrift(counter, serverStep)).toBe(drift);
  });
});

test('SEC-32 a step that passed, and every older one, never passes again', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 80 });
  fc.assert(
    fc.property(steps, (matches) => {
      let lastStep: number | undefined;
      const accepted: number[] = [];
      for (const matched of matches) {
        const decision = decideOtp({ matched, serverStep: matched, drift: 0, lastStep });
        if (decision.kind === 'accept') accepted.push((lastStep = decision.step));
      }
      expect(accepted).toEqual([...new Set(accepted)].toSorted((left, right) => left - right));
    }),
    { seed, numRuns: count(5_000) },
  );
});
