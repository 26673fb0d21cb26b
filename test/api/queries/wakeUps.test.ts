import { describe, expect, test } from '@jest/globals';
import { createWakeUps, maxWaiting } from '../../../api/queries/wakeUps.ts';

const nothing = async () => undefined;
const failing = async () => Promise.reject(new RangeError('broken'));

describe('waiting calls', () => {
  test('look once, and again after each wake-up of their key only', async () => {
    const wakeUps = createWakeUps();
    let looks = 0;
    const look = async () => ((looks += 1) === 3 ? 'found' : undefined);
    const waiting = wakeUps.until('a', look, { waitMs: 5_000 });
    await Promise.resolve();
    wakeUps.wake('b');
    wakeUps.wake('a');
    await new Promise((resolve) => void setImmediate(resolve));
    expect(looks).toBe(2);
    wakeUps.wake('a');
    expect(await waiting).toBe('found');
    expect(wakeUps.isIdle()).toBe(true);
  });

  test('miss nothing that happens while they look', async () => {
    const wakeUps = createWakeUps();
    let ready = false;
    const look = async () => {
      const seen = ready;
      if (!ready) {
        ready = true;
        wakeUps.wake('a');
      }
      return seen || undefined;
    };
    expect(await wakeUps.until('a', look, { waitMs: 5_000 })).toBe(true);
  });

  test('end at their deadline with nothing, and at once where they may not wait', async () => {
    const wakeUps = createWakeUps();
    const begun = performance.now();
    expect(await wakeUps.until('a', nothing, { waitMs: 30 })).toBeUndefined();
    expect(performance.now() - begun).toBeGreaterThanOrEqual(25);
    expect(await wakeUps.until('a', nothing, { waitMs: 0 })).toBeUndefined();
  });

  test('leave nothing behind where looking fails', async () => {
    const wakeUps = createWakeUps();
    await expect(wakeUps.until('a', failing, { waitMs: 1_000 })).rejects.toThrow('broken');
    expect(wakeUps.isIdle()).toBe(true);
  });

  test('are limited: one too many is told to come again', async () => {
    const wakeUps = createWakeUps();
    const end = new AbortController();
    const waiting = { waitMs: 60_000, signal: end.signal };
    const calls = Array.from({ length: maxWaiting }, (_, n) =>
      wakeUps.until(`k${n}`, nothing, { ...waiting, signal: AbortSignal.any([end.signal]) }),
    );
    await expect(wakeUps.until('more', nothing, waiting)).rejects.toMatchObject({
      name: 'Unavailable',
    });
    end.abort();
    await Promise.all(calls);
    expect(wakeUps.isIdle()).toBe(true);
  });
});
