import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ListenerAddress } from './rawSocket.ts';
import { until } from './until.ts';

/**
 * So many clients that never get to the end of their headers, spread over some listeners. Resolves once all of them are
 * there.
 * @returns what ends them
 */
export const openSlowly = async (
  listeners: readonly ListenerAddress[],
  number: number,
): Promise<() => Promise<void>> => {
  const url = new URL('slowWorker.ts', import.meta.url);
  const worker = new Worker(url, { workerData: { listeners, number } });
  const say = async (message: 'begun' | 'stop'): Promise<number> => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(message);
    const [begun] = (await once(worker, 'message')) as [number];
    return begun;
  };
  await until('all to be open', async () => (await say('begun')) === number);
  return async () => {
    await say('stop');
    await worker.terminate();
  };
};
