import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import { createLogger } from '../../runtime/logger.ts';
import { watchClock } from '../../server/clockWatch.ts';

/* Wall and monotonic clock are two numbers here; the looks of every second are made by hand. */

const startMs = Date.UTC(2026, 0, 5, 9);
const lookMs = 1_000;
let wall: number;
let real: number;
let found: number[];
let tell: (recordedAtMs: number) => void;
let watch: { stop(): void };

beforeEach(async () => {
  jest.useFakeTimers();
  [wall, real, found] = [startMs, 0, []];
  watch = await watchClock({
    wall: () => wall,
    monotonic: () => real,
    log: createLogger({ level: 'error', pretty: false }),
    facts: {
      record: async (fact) => {
        if (fact.type === 'ClockSkewDetected') found.push(fact.data.skewMs);
      },
    },
    events: {
      head: async () => 0,
      subscribe(_after, handler) {
        tell = (ms) =>
          void handler([{ recordedAt: new Date(ms).toISOString() } as unknown as StoredEvent]);
        return { close: () => undefined };
      },
    },
  });
});
afterEach(() => {
  watch.stop();
  jest.useRealTimers();
});

const pass = (ms: number, rate = 1): void => {
  for (let at = 0; at < ms; at += lookMs) {
    wall += lookMs * rate;
    real += lookMs;
    jest.advanceTimersByTime(lookMs);
  }
};

test.each([300_000, -300_000, 1_500])('REL-16 a step of %i ms is one event', (by) => {
  pass(10_000);
  wall += by;
  pass(600_000);
  expect(found).toEqual([by]);
});

test('REL-16 a clock that runs 500 ppm fast is an event for each second that it is off', () => {
  pass(1_900_000, 1.0005);
  expect(found).toEqual([]);
  pass(200_000, 1.0005);
  expect(found).toHaveLength(1);
});

test('REL-16 what another process wrote later than now is an event, once an hour', () => {
  tell(wall - 60_000);
  tell(wall + 900);
  expect(found).toEqual([]);
  for (let time = 0; time < 5; time += 1) {
    tell(wall + 300_000);
    pass(60_000);
  }
  expect(found).toEqual([-300_000]);
  pass(3_600_000);
  tell(wall + 300_000);
  expect(found).toEqual([-300_000, -300_000]);
});

test('a step that was told is not told again by what was written before it', () => {
  wall -= 300_000;
  pass(2_000);
  tell(wall + 299_000);
  expect(found).toEqual([-300_000]);
});
