import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { steadyClock } from '../../runtime/steadyClock.ts';
import { count, seed } from '../support/profile.ts';

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 0, 5, 9);

/** A machine whose wall clock can be set, and whose clocks are read every second. */
const machine = () => {
  let wall = startMs;
  let real = 0;
  const now = steadyClock(
    () => wall,
    () => real,
  );
  return {
    now,
    set: (byMs: number) => void (wall += byMs),
    /** @param rate seconds of the wall clock a second */
    pass(ms: number, rate = 1) {
      for (let left = ms; left > 0; left -= 1_000) {
        const part = Math.min(left, 1_000);
        real += part;
        wall += part * rate;
        now();
      }
    },
    offMs: () => wall - now(),
  };
};

describe('REL-16 the clock of deadlines', () => {
  test.each([5, -5])('moves a deadline by less than 1 s when the wall clock steps %i min', (by) => {
    const { now, set, pass } = machine();
    const deadline = now() + 5 * minuteMs;
    pass(minuteMs);
    set(by * minuteMs);
    pass(4 * minuteMs);
    expect(Math.abs(now() - deadline)).toBeLessThan(1_000);
  });

  test('follows the wall clock in the end, also one that is 500 ppm fast', () => {
    const { set, pass, offMs } = machine();
    set(2_000);
    pass(15 * minuteMs);
    expect(Math.abs(offMs())).toBeLessThan(2);
    pass(60 * minuteMs, 1.0005);
    expect(Math.abs(offMs())).toBeLessThan(2);
  });

  test('takes over a step forward beyond the life of any attempt: the machine slept', () => {
    const { set, pass, offMs } = machine();
    set(120 * minuteMs);
    pass(1_000);
    expect(offMs()).toBeLessThan(2);
  });

  test('never goes back, and deadlines stand, whatever is done to the wall clock', () => {
    const tenMinutes = 10 * minuteMs;
    const step = fc.record({
      byMs: fc.integer({ min: -2 * tenMinutes, max: 5 * minuteMs }),
      passMs: fc.integer({ min: 0, max: minuteMs }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const { now, set, pass } = machine();
        let before = now();
        let since = 0;
        for (const { byMs, passMs } of steps) {
          set(byMs);
          expect(now()).toBeGreaterThanOrEqual(before);
          pass(passMs);
          since += passMs;
          before = now();
        }
        fc.pre(steps.reduce((sum, { byMs }) => sum + Math.max(0, byMs), 0) <= tenMinutes);
        expect(Math.abs(now() - startMs - since)).toBeLessThanOrEqual(since * 0.003 + 1);
      }),
      { seed, numRuns: count(2_000) },
    );
  });
});
