import { percentile } from '../statistics.ts';

/** What a window of load came to. */
export type Window = {
  readonly done: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/**
 * `clients` that each send their next call as soon as the last one is answered, for so many seconds. Calls that
 * are under way at the end are awaited and counted, with the time that they take.
 */
export const closedLoop = async (options: {
  readonly clients: number;
  readonly seconds: number;
  readonly call: (client: number) => Promise<unknown>;
}): Promise<Window> => {
  const { clients, call } = options;
  const latencies: number[] = [];
  const from = performance.now();
  const until = from + options.seconds * 1000;
  const client = async (number: number): Promise<void> => {
    for (let begun = from; begun < until;) {
      await call(number);
      const now = performance.now();
      latencies.push(now - begun);
      begun = now;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  const seconds = (performance.now() - from) / 1000;
  return {
    done: latencies.length,
    seconds,
    perSecond: latencies.length / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
};
