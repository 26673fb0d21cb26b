import { describe, expect, test } from '@jest/globals';
import { createTurns, turnLimits } from '../../../api/commands/turns.ts';
import { Unavailable } from '../../../api/facade.ts';
import { Overloaded } from '../../../api/facade/overloaded.ts';

const limits = { ...turnLimits, atOnce: 2, waiting: 4, sweepMs: 5, heldUpMs: 100_000 };

/** Attempts that come on record when the test says so, before a clock that it sets. */
const world = (more: Partial<typeof limits> = {}) => {
  const clock = { now: 0 };
  const turns = createTurns(() => clock.now, { ...limits, ...more });
  const begun: string[] = [];
  const open = new Map<string, () => void>();
  const ends = new Map<string, unknown>();
  const take = (name: string, caller = name, signal?: AbortSignal): Promise<void> =>
    turns
      .take(
        caller,
        async (turn) => {
          begun.push(name);
          await new Promise<void>((resolve) => open.set(name, resolve));
          turn.recorded();
        },
        signal,
      )
      .then(
        () => void ends.set(name, 'on record'),
        (error: unknown) => void ends.set(name, error),
      );
  /** Brings one on record. */
  const record = async (name: string): Promise<void> => {
    open.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const settled = async (name: string): Promise<unknown> => {
    while (!ends.has(name)) await new Promise((resolve) => setTimeout(resolve, limits.sweepMs));
    return ends.get(name);
  };
  return { clock, begun, take, record, settled, ends };
};

describe('REL-13 new attempts', () => {
  test('REL-13 begin a few at a time, callers in turn, of one caller the newest first', async () => {
    const { take, record, begun } = world({ waiting: 10 });
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) void take(name, 'a');
    for (const name of ['b1', 'b2']) void take(name, 'b');
    expect(begun).toEqual(['a1', 'a2']);
    for (const name of ['a1', 'a5', 'b2', 'a4', 'b1', 'a3', 'a2']) await record(name);
    expect(begun).toEqual(['a1', 'a2', 'a5', 'b2', 'a4', 'b1', 'a3']);
  });

  test('REL-13 that are too many: the oldest of whoever has the most is told to come again', async () => {
    const { take, settled, ends } = world();
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) void take(name, 'a');
    void take('b1', 'b');
    expect(ends.size).toBe(0);
    void take('b2', 'b');
    expect(await settled('a3')).toBeInstanceOf(Overloaded);
    expect(ends.size).toBe(1);
  });

  test('REL-13 wait while others come on record, but not for ever', async () => {
    const { clock, take, record, settled, begun, ends } = world({ longestMs: 10_000 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) void take(name);
    clock.now = 4_000;
    await record('a');
    clock.now = 8_000;
    await new Promise((resolve) => setTimeout(resolve, 4 * limits.sweepMs));
    expect([...ends.keys()]).toEqual(['a']);
    await record('b');
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    clock.now = 10_000;
    expect(await settled('e')).toBeInstanceOf(Overloaded);
  });

  test('REL-09 are told no soon where nothing comes on record at all', async () => {
    const { clock, take, settled } = world();
    for (const name of ['a1', 'a2', 'a3']) void take(name);
    clock.now = limits.stillMs;
    const error = await settled('a3');
    expect(error).toBeInstanceOf(Unavailable);
    expect(error).not.toBeInstanceOf(Overloaded);
  });

  test('REL-09 are not told no for the time in which this process itself was held up', async () => {
    const { clock, take, record, settled, begun } = world({ heldUpMs: 100 });
    for (const name of ['a', 'b', 'c']) void take(name);
    clock.now = 60_000;
    await new Promise((resolve) => setTimeout(resolve, 4 * limits.sweepMs));
    await record('a');
    expect(begun).toEqual(['a', 'b', 'c']);
    await record('c');
    expect(await settled('c')).toBe('on record');
  });

  test('whose caller leaves are not begun, and their place goes to the next', async () => {
    const { take, record, begun, settled } = world();
    const gone = new AbortController();
    for (const name of ['a1', 'a2', 'a3']) void take(name);
    void take('leaves', 'leaves', gone.signal);
    gone.abort();
    expect(await settled('leaves')).toBeInstanceOf(Unavailable);
    void take('leaves too', 'leaves too', gone.signal);
    expect(await settled('leaves too')).toBeInstanceOf(Unavailable);
    await record('a1');
    await record('a2');
    expect(begun).toEqual(['a1', 'a2', 'a3']);
    for (const name of ['b1', 'b2']) void take(name);
    expect(begun).toEqual(['a1', 'a2', 'a3', 'b1']);
  });
});
