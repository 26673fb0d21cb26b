import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { TemporalConnection, TemporalWorkerOptions } from '../adapters/temporal/connect.ts';
import type { Logger } from '../runtime/logger.ts';

const lookEveryMs = 1_000;
/** After a shorter absence the worker's own pollers are back nearly as soon: they wait as long as they had to. */
const absenceMs = 4_000;
/** Longer than a poller of the worker waits before it asks again: 10 s, and a fifth more by chance. */
const standsInMs = 15_000;
/** At a stop of the whole; the first worker needs its share of that time too. */
const stopMs = 5_000;

type Options = {
  readonly isReachable: () => Promise<boolean>;
  /** A connection of its own: the engine's client allows one worker a connection. */
  readonly connect: () => Promise<Pick<TemporalConnection, 'createWorker' | 'close'>>;
  readonly worker: TemporalWorkerOptions;
  readonly log: Logger;
};

/**
 * While the engine is away, the worker's pollers ask ever more rarely, at last every 12 s, and the SDK lets nobody
 * change that; what is open would wait for them after the engine is back (REL-09: it goes on within 10 s). So a second
 * worker, which polls at once, stands in until the first one surely is back.
 */
export const standInOnReturn = (options: Options): { stop(): Promise<void> } => {
  const { isReachable, connect, worker: workerOptions, log } = options;
  const stopping = new AbortController();
  const standing = new Set<Promise<void>>();
  let relieved = new AbortController();
  let seenAt = performance.now();
  let next: NodeJS.Timeout | undefined;

  const standIn = async (over: AbortSignal): Promise<void> => {
    const connection = await connect();
    try {
      const worker = await connection.createWorker(workerOptions);
      const running = worker.run();
      const end = AbortSignal.any([over, AbortSignal.timeout(standsInMs)]);
      if (!end.aborted) await Promise.race([once(end, 'abort'), running]);
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    } finally {
      await connection.close();
    }
  };

  const begin = (): void => {
    relieved.abort(); // It may have been cut off just like the first worker.
    relieved = new AbortController();
    log.info('the workflow engine is back; a second worker helps to take up what waited');
    const turn = standIn(AbortSignal.any([stopping.signal, relieved.signal]))
      .catch((error: unknown) => log.warn('the second worker failed', { error }))
      .finally(() => standing.delete(turn));
    standing.add(turn);
  };

  const look = async (): Promise<void> => {
    if (await isReachable()) {
      if (!stopping.signal.aborted && performance.now() - seenAt > absenceMs) begin();
      seenAt = performance.now();
    }
    if (!stopping.signal.aborted) next = setTimeout(() => void look(), lookEveryMs);
  };
  void look();

  return {
    async stop() {
      stopping.abort();
      clearTimeout(next);
      await Promise.race([Promise.all(standing), pause(stopMs, undefined, { ref: false })]);
    },
  };
};
