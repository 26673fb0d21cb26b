import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Worker } from '@temporalio/worker';
import { standInOnReturn } from '../../server/standIn.ts';
import { testLog } from '../support/temporal.ts';

/** An engine that answers or does not, and the workers that were made for it. */
const given = () => {
  const engine = { answers: true };
  const running = new Set<number>();
  let made = 0;
  const createWorker = async (): Promise<Worker> => {
    const number = (made += 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    running.add(number);
    const worker = {
      run: () => promise,
      getState: () => (running.has(number) ? 'RUNNING' : 'STOPPED'),
      shutdown() {
        running.delete(number);
        resolve();
      },
    };
    return worker as unknown as Worker;
  };
  let closed = 0;
  const standIn = standInOnReturn({
    isReachable: async () => engine.answers,
    connect: async () => ({ createWorker, close: async () => void (closed += 1) }),
    worker: { taskQueue: 'test' },
    log: testLog,
  });
  const awayFor = async (ms: number): Promise<void> => {
    engine.answers = false;
    await jest.advanceTimersByTimeAsync(ms);
    engine.answers = true;
    await jest.advanceTimersByTimeAsync(1_500);
  };
  return { standIn, awayFor, running, made: () => made, closed: () => closed };
};

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('nobody stands in while the engine is there, or after a moment of absence', async () => {
  const { standIn, awayFor, made } = given();
  await jest.advanceTimersByTimeAsync(60_000);
  await awayFor(2_000);
  expect(made()).toBe(0);
  await standIn.stop();
});

test('REL-09 a second worker stands in once the engine is back, one at a time, and ends with the server', async () => {
  const { standIn, awayFor, running, made, closed } = given();
  await awayFor(20_000);
  expect([made(), running.size, closed()]).toEqual([1, 1, 0]);
  await awayFor(20_000);
  expect([made(), running.size, closed()]).toEqual([2, 1, 1]);
  await standIn.stop();
  expect([made(), running.size, closed()]).toEqual([2, 0, 2]);
  await awayFor(20_000);
  expect(made()).toBe(2);
});
