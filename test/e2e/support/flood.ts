import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export type FloodCall = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `{number}` becomes a number that no other call has. */
  readonly body?: string;
};

export type FloodOptions = {
  readonly origin: string;
  /** Path of the authority's PEM. */
  readonly ca?: string;
  /** Sent in turns. */
  readonly calls: readonly FloodCall[];
  readonly pace: (
    | { readonly perSecond: number; readonly maxOpen: number }
    | { readonly callers: number }
  ) & {
    /** A success has this in its body. */
    readonly good?: string;
  };
};

/** What became of the calls so far, by their status; `broken` are those whose connection ended. */
export type FloodTally = {
  sent: number;
  statuses: Record<string, number>;
  /** Refusals that do not say when to come again. */
  withoutRetryAfter: number;
  /** Of each success. */
  tookMs: number[];
  /** Successes that are none. */
  odd: string[];
};

export type Flood = { tally(): Promise<FloodTally>; stop(): Promise<FloodTally> };

/** Calls from a thread beside this one, as fast as asked. */
export const startFlood = (options: FloodOptions): Flood => {
  const worker = new Worker(new URL('floodWorker.ts', import.meta.url), { workerData: options });
  const say = async (message: 'tally' | 'stop'): Promise<FloodTally> => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(message);
    const [tally] = (await once(worker, 'message')) as [FloodTally];
    return tally;
  };
  return {
    tally: () => say('tally'),
    async stop() {
      const tally = await say('stop');
      await worker.terminate();
      return tally;
    },
  };
};

export const goodOf = ({ statuses }: FloodTally): number =>
  Object.entries(statuses).reduce(
    (sum, [status, times]) => (status.startsWith('2') ? sum + times : sum),
    0,
  );
