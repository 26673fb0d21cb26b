import type { EventStore, StoredEvent } from '../../adapters/eventStore/port.ts';
import { evolveAttempt, noAttempt, type Attempt } from '../../domain/attempt.ts';
import { authenticationStream } from '../../domain/ids.ts';

/** An attempt holds a handful of events. */
const maxEvents = 200;

export type Watched = {
  /** Resolves with the attempt once it fits, or as it stands when the wait is over or cut short. */
  until(
    fits: (attempt: Attempt) => boolean,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<Attempt>;
  close(): void;
};

export type AttemptWatch = {
  read(requestId: string): Promise<Attempt>;
  /** Watch before starting what is to be watched, so that nothing is missed. */
  watch(requestId: string): Watched;
  close(): void;
};

/**
 * Follows attempts in the log, so that an answer leaves as soon as the fact is on record: in the same process at
 * once, from another node with its next look at the log.
 */
export const createAttemptWatch = async (
  events: Pick<EventStore, 'readStream' | 'subscribe' | 'head'>,
  onError: (error: unknown) => void,
): Promise<AttemptWatch> => {
  const watchers = new Map<string, Set<() => void>>();
  const subscription = events.subscribe(
    await events.head(),
    (batch: readonly StoredEvent[]) => {
      for (const { stream } of batch) for (const wake of watchers.get(stream) ?? []) wake();
    },
    onError,
  );

  const read = async (requestId: string): Promise<Attempt> => {
    const facts = await events.readStream(authenticationStream(requestId), 0, maxEvents);
    return facts.reduce<Attempt>(evolveAttempt, noAttempt);
  };

  return {
    read,
    watch(requestId) {
      const stream = authenticationStream(requestId);
      let dirty = true;
      let notify: (() => void) | undefined;
      const wake = () => {
        dirty = true;
        notify?.();
      };
      const watchersOfStream = watchers.get(stream) ?? new Set();
      watchers.set(stream, watchersOfStream.add(wake));
      return {
        async until(fits, waitMs, signal) {
          const over = AbortSignal.timeout(waitMs);
          const stop = signal ? AbortSignal.any([over, signal]) : over;
          let attempt: Attempt = noAttempt;
          for (;;) {
            if (dirty) {
              dirty = false;
              attempt = await read(requestId);
            }
            if (fits(attempt)) return attempt;
            if (stop.aborted) return await read(requestId);
            if (dirty) continue;
            await new Promise<void>((resolve) => {
              notify = resolve;
              stop.addEventListener('abort', () => resolve(), { once: true });
            });
            notify = undefined;
          }
        },
        close() {
          watchersOfStream.delete(wake);
          if (watchersOfStream.size === 0) watchers.delete(stream);
        },
      };
    },
    close: () => subscription.close(),
  };
};
