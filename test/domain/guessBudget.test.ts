import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  afterGuess,
  fullBudget,
  guessDelayMs,
  maxConsecutiveFailures,
  mayGuess,
  type GuessBudget,
} from '../../domain/guessBudget.ts';
import { count, seed } from '../support/profile.ts';
import {
  added,
  codeAccepted,
  codeRefused,
  minuteMs,
  nowMs,
  person,
  secondMs,
  tokenAssigned,
} from './people.ts';

const limit = 10;
const windowMs = 5 * minuteMs;
const guess = (budget: GuessBudget, result: 'right' | 'wrong' | 'reused', atMs: number) =>
  afterGuess(budget, { result, atMs });

/** Wrong codes as fast as the budget takes them, with the instants of those that were evaluated. */
const guessing = (
  from: GuessBudget,
  untilMs: number,
  stepMs: number,
): { budget: GuessBudget; at: number[] } => {
  let budget = from;
  const at: number[] = [];
  for (let now = nowMs; now < untilMs; now += stepMs) {
    if (!mayGuess(budget, now, limit)) continue;
    budget = guess(budget, 'wrong', now);
    at.push(now);
  }
  return { budget, at };
};

describe('SEC-31 the guess budget', () => {
  test('SEC-31 is not exceeded by any order of attempts, whatever their times and results', () => {
    const attempts = fc.array(
      fc.record({
        waitMs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 600_000 })),
        result: fc.constantFrom('wrong', 'wrong', 'wrong', 'reused', 'right' as const),
      }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 10 }), (stream, allowed) => {
        let budget = fullBudget;
        let now = nowMs;
        const evaluated: number[] = [];
        for (const { waitMs, result } of stream) {
          now += waitMs;
          if (!mayGuess(budget, now, allowed)) continue;
          budget = guess(budget, result, now);
          evaluated.push(now);
          const inWindow = evaluated.filter((at) => at > now - windowMs);
          expect(inWindow.length).toBeLessThanOrEqual(allowed);
          expect(budget.failures).toBeLessThanOrEqual(maxConsecutiveFailures);
        }
      }),
      { seed, numRuns: count(4_000) },
    );
  });

  test('SEC-31 2,000 wrong codes within five minutes: at most ten are evaluated', () => {
    const { at } = guessing(fullBudget, nowMs + windowMs, windowMs / 2_000);
    expect(at.length).toBeLessThanOrEqual(limit);
  });

  test('SEC-31 the delay grows from the fifth failure on and never shrinks', () => {
    const delays = Array.from({ length: maxConsecutiveFailures }, (_, failures) =>
      guessDelayMs(failures),
    );
    expect(delays.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 1_000, 2_000, 4_000]);
    for (const [index, delay] of delays.slice(1).entries())
      expect(delay).toBeGreaterThanOrEqual(delays[index]!);
    expect(delays.at(-1)).toBe(5 * minuteMs);
    const five = [0, 1, 2, 3, 4].reduce(
      (budget, at) => guess(budget, 'wrong', nowMs + at),
      fullBudget,
    );
    expect(mayGuess(five, nowMs + 4 + 999, limit)).toBe(false);
    expect(mayGuess(five, nowMs + 4 + 1_000, limit)).toBe(true);
  });

  test('SEC-31 after 100 failures in a row no time that passes brings a guess back', () => {
    const { budget, at } = guessing(fullBudget, nowMs + 24 * 60 * minuteMs, secondMs);
    expect(at).toHaveLength(maxConsecutiveFailures);
    expect(budget.failures).toBe(maxConsecutiveFailures);
    expect(mayGuess(budget, nowMs + 1_000 * 24 * 60 * minuteMs, limit)).toBe(false);
  });

  test('a success clears the failures but not the evaluations of the last five minutes', () => {
    let budget = fullBudget;
    for (let index = 0; index < limit; index += 1) budget = guess(budget, 'right', nowMs + index);
    expect(budget.failures).toBe(0);
    expect(mayGuess(budget, nowMs + limit, limit)).toBe(false);
    expect(mayGuess(budget, nowMs + windowMs + limit, limit)).toBe(true);
  });

  test('a code that was used before costs an evaluation, not a failure', () => {
    const budget = guess(guess(fullBudget, 'wrong', nowMs), 'reused', nowMs + 1);
    expect(budget).toEqual({ failures: 1, evaluatedAtMs: [nowMs, nowMs + 1] });
  });

  test('SEC-33 a clock that was set back neither throws nor opens the budget', () => {
    const back = nowMs - windowMs;
    const one = guess(fullBudget, 'right', nowMs);
    expect(mayGuess(one, back, limit)).toBe(true);
    let full = fullBudget;
    for (let index = 0; index < limit; index += 1) full = guess(full, 'right', nowMs + index);
    expect(mayGuess(full, back, limit)).toBe(false);
  });

  test('SEC-31 stands on the person: folding the same facts again gives the same budget', () => {
    const facts = [
      added(),
      tokenAssigned(),
      ...Array.from({ length: 30 }, (_, index) => codeRefused(nowMs + index * minuteMs)),
    ];
    const { guesses } = person(...facts);
    expect(guesses.failures).toBe(30);
    expect(person(...facts).guesses).toEqual(guesses);
    expect(mayGuess(guesses, nowMs + 30 * minuteMs, limit)).toBe(false);
    expect(person(...facts, codeAccepted(1, nowMs + 40 * minuteMs)).guesses.failures).toBe(0);
  });
});
