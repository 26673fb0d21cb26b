import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { checkpointEvents, checkpointMs, isDue, isPrivileged } from '../../domain/ledger/due.ts';
import { count, seed } from '../support/profile.ts';

/** What SEC-79 leaves between a privileged change and its signed and anchored checkpoint. */
const privilegedWithinMs = 5_000;
/** Of it, for looking, signing and anchoring. */
const workMs = 2_500;
const administrator = { kind: 'administrator', id: 'local' } as const;
const system = { kind: 'system', id: 'countersign' } as const;

test('SEC-79 nothing waits longer than 10 minutes, 10,000 events or, after a privileged change, 5 s', () => {
  expect([checkpointMs, checkpointEvents]).toEqual([600_000, 10_000]);
  fc.assert(
    fc.property(
      fc.nat(20_000),
      fc.nat(1_200_000),
      fc.option(fc.nat(1_200_000), { nil: undefined }),
      (events, ageMs, privilegedAgeMs) => {
        const nowMs = 10_000_000;
        const unsigned = {
          events,
          sinceMs: nowMs - ageMs,
          privilegedSinceMs: privilegedAgeMs === undefined ? undefined : nowMs - privilegedAgeMs,
        };
        const must =
          events >= 10_000 ||
          ageMs >= 600_000 ||
          (privilegedAgeMs !== undefined && privilegedAgeMs >= privilegedWithinMs - workMs);
        if (events === 0) expect(isDue(unsigned, nowMs)).toBe(false);
        else if (must) expect(isDue(unsigned, nowMs)).toBe(true);
      },
    ),
    { seed, numRuns: count(10_000) },
  );
  expect(isDue(undefined, 1)).toBe(false);
});

test('SEC-79 privileged is what an administrator changes, and the configuration by whoever it was', () => {
  expect(isPrivileged({ stream: 'user-A', actor: administrator })).toBe(true);
  expect(isPrivileged({ stream: 'settings', actor: system })).toBe(true);
  expect(isPrivileged({ stream: 'user-A', actor: system })).toBe(false);
  expect(isPrivileged({ stream: 'authentication-A', actor: administrator })).toBe(false);
});
