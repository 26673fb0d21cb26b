import { describe, expect, test } from '@jest/globals';
import { guessBudget } from '../../../api/pad/guessBudget.ts';
import { mobileServiceLimits } from '../../../api/pad/limits.ts';
import { sourceOf } from '../../../api/pad/source.ts';
import { occupancy, windowCounter } from '../../../api/pad/throttle.ts';

const minuteMs = 60_000;

const wrongGuess = (budget: ReturnType<typeof guessBudget>, source: string, shortUrl = true) => {
  const guess = budget.begin({ source, shortUrl });
  if ('retryAfterMs' in guess) return guess.retryAfterMs;
  guess.end(true);
  return 0;
};

describe('wrong codes', () => {
  test('MC-11 five make a source wait, each time twice as long, up to a day', () => {
    let now = 0;
    const budget = guessBudget(
      mobileServiceLimits,
      () => now,
      () => {},
    );
    const waits = Array.from({ length: 10 }, () => {
      for (let guess = 0; guess < 5; guess += 1) expect(wrongGuess(budget, '192.0.2.1')).toBe(0);
      const waitMs = wrongGuess(budget, '192.0.2.1');
      expect(wrongGuess(budget, '192.0.2.2', false)).toBe(0);
      now += waitMs;
      return waitMs / minuteMs;
    });
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 960, 1_440, 1_440, 1_440]);
  });

  test('are forgotten after five minutes', () => {
    let now = 0;
    const budget = guessBudget(
      mobileServiceLimits,
      () => now,
      () => {},
    );
    for (let guess = 0; guess < 40; guess += 1) {
      expect(wrongGuess(budget, '192.0.2.1')).toBe(0);
      now += 2 * minuteMs;
    }
  });

  test('guessed in parallel cannot overdraw the budget', () => {
    const budget = guessBudget(
      mobileServiceLimits,
      () => 0,
      () => {},
    );
    const begun = Array.from({ length: 20 }, () =>
      budget.begin({ source: '192.0.2.1', shortUrl: true }),
    );
    expect(begun.filter((guess) => 'end' in guess)).toHaveLength(5);
  });

  test('of everybody pause the short URL, not the ones with a route segment', () => {
    let now = 0;
    let floods = 0;
    const budget = guessBudget(
      mobileServiceLimits,
      () => now,
      () => {
        floods += 1;
      },
    );
    for (let guess = 0; guess < 60; guess += 1) wrongGuess(budget, `192.0.2.${guess}`);
    expect(wrongGuess(budget, '198.51.100.1')).toBe(minuteMs);
    expect(wrongGuess(budget, '198.51.100.1', false)).toBe(0);
    expect(floods).toBe(1);
    now += minuteMs;
    expect(wrongGuess(budget, '198.51.100.1')).toBe(0);
  });
});

describe('counters', () => {
  test('remember so many keys and forget the oldest', () => {
    const counter = windowCounter({ limit: 1, windowMs: minuteMs, maxKeys: 3 }, () => 0);
    for (const key of ['a', 'b', 'c', 'd']) expect(counter.hit(key)).toBe(true);
    expect([counter.hit('d'), counter.hit('a')]).toEqual([false, true]);
  });

  test('give places back once', () => {
    const places = occupancy({ perKey: 1, total: 2 });
    const leave = places.enter('a');
    expect(places.enter('a')).toBeUndefined();
    expect(places.enter('b')).toBeDefined();
    expect(places.enter('c')).toBeUndefined();
    leave?.();
    leave?.();
    expect(places.enter('c')).toBeDefined();
    expect(places.enter('d')).toBeUndefined();
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  [undefined, ''],
])('%s counts as %s', (address, source) => {
  expect(sourceOf(address)).toBe(source);
});
