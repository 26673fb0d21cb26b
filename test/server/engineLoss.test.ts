import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { watchEngineLoss } from '../../server/engineLoss.ts';
import { testLog } from '../support/temporal.ts';

const given = () => {
  const engine: { id: string | undefined; restarts: number } = { id: 'one', restarts: 0 };
  const looks: string[] = [];
  const watch = watchEngineLoss({
    databaseId: async () => engine.id,
    restarts: () => engine.restarts,
    resuming: { look: (depth) => void looks.push(depth) },
    log: testLog,
  });
  const pass = async (change: Partial<typeof engine>, ms = 3_000): Promise<void> => {
    Object.assign(engine, change);
    await jest.advanceTimersByTimeAsync(ms);
  };
  return { looks, watch, pass };
};

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('an engine that is there all the time is not looked through', async () => {
  const { looks, watch, pass } = given();
  await pass({}, 60_000);
  expect(looks).toEqual([]);
  watch.stop();
});

test('REL-11 an engine with another database knows nothing: all is looked through, and once more for stragglers', async () => {
  const { looks, watch, pass } = given();
  await pass({});
  await pass({ id: undefined });
  await pass({ id: 'two', restarts: 1 });
  expect(looks).toEqual(['all']);
  await pass({}, 60_000);
  expect(looks).toEqual(['all', 'all']);
  await pass({ id: 'three' });
  watch.stop();
  await pass({}, 60_000);
  expect(looks).toEqual(['all', 'all', 'all']);
});

test('one that was away, or was started again between two looks, may be older than the log', async () => {
  const { looks, watch, pass } = given();
  await pass({});
  await pass({ id: undefined });
  await pass({ id: 'one' });
  expect(looks).toEqual(['newest']);
  await pass({ restarts: 1 });
  expect(looks).toEqual(['newest', 'newest']);
  watch.stop();
});
