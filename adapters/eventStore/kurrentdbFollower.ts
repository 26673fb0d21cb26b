import { setTimeout as delay } from 'node:timers/promises';
import { START, streamNameFilter, type KurrentDBClient } from '@kurrent/kurrentdb-client';
import { fromServerEvent, type PlacedEvent } from './kurrentdbEvents.ts';
import type { Order } from './kurrentdbOrder.ts';

export type Follower = {
  /** Resolves when everything up to that place has been counted, or rejects when counting fails. */
  reached(prepare: bigint): Promise<void>;
  /** Resolves with the event of that id as soon as it is counted; ask before it can be on record. */
  next(id: string): { readonly seen: Promise<PlacedEvent>; forget(): void };
  close(): Promise<void>;
};

/** Events that are counted in one go. */
const eventsPerBatch = 1_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;

/**
 * Follows the log live and counts what comes. A connection that is lost is made again from the last event that was
 * counted, so that none is missed and none is counted twice.
 */
export function followLog(options: {
  readonly client: KurrentDBClient;
  readonly prefix: string;
  readonly order: Order;
  /** Is called after each batch that was counted, with the position before it. */
  readonly onCounted: (events: readonly PlacedEvent[], after: number) => void;
}): Follower {
  const { client, prefix, order, onCounted } = options;
  const filter = streamNameFilter({ prefixes: [prefix] });
  const ending = new AbortController();
  const places = new Set<{ prepare: bigint; resolve(): void; reject(cause: unknown): void }>();
  const ids = new Map<string, Set<(event: PlacedEvent) => void>>();

  const count = (events: readonly PlacedEvent[]): void => {
    const after = order.last()?.position ?? 0;
    order.add(events);
    onCounted(events, after);
    for (const event of events) {
      for (const resolve of ids.get(event.id) ?? []) resolve(event);
      ids.delete(event.id);
    }
    const prepare = order.last()?.prepare ?? -1n;
    for (const waiting of places)
      if (waiting.prepare <= prepare) {
        places.delete(waiting);
        waiting.resolve();
      }
  };

  /** One connection, for as long as it lasts. Resolves to whether it brought anything. */
  const connection = async (): Promise<boolean> => {
    const last = order.last();
    const subscription = client.subscribeToAll({
      fromPosition: last ? { commit: last.commit, prepare: last.prepare } : START,
      filter,
    });
    const over = Promise.withResolvers<void>();
    let batch: PlacedEvent[] = [];
    let brought = false;
    let scheduled: NodeJS.Immediate | undefined;
    const flush = (): void => {
      scheduled = undefined;
      const events = batch;
      batch = [];
      if (events.length === 0 || ending.signal.aborted) return;
      try {
        count(events);
      } catch (error) {
        over.reject(error);
      }
    };
    subscription.on('data', ({ event }) => {
      if (!event) return;
      brought = true;
      batch.push(fromServerEvent(event, prefix));
      if (batch.length >= eventsPerBatch) flush();
      else scheduled ??= setImmediate(flush);
    });
    subscription.on('confirmation', () => {
      brought = true;
    });
    const end = (): void => over.resolve();
    subscription.on('error', end).on('end', end).on('close', end);
    ending.signal.addEventListener('abort', end, { once: true });
    try {
      await over.promise;
    } finally {
      clearImmediate(scheduled);
      ending.signal.removeEventListener('abort', end);
      if (batch.length > 0) flush();
      subscription.removeAllListeners('data');
      // It may never have been connected; then there is nothing to end.
      void subscription.unsubscribe().catch(() => undefined);
    }
    return brought;
  };

  const failed = (error: unknown): boolean => {
    for (const waiting of places) waiting.reject(error);
    places.clear();
    return false;
  };
  const run = async (): Promise<void> => {
    let pause = firstPauseMs;
    while (!ending.signal.aborted) {
      const brought = await connection().catch(failed);
      pause = brought ? firstPauseMs : Math.min(pause * 2, longestPauseMs);
      await delay(pause, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const running = run();

  return {
    reached: (prepare) =>
      (order.last()?.prepare ?? -1n) >= prepare
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            places.add({ prepare, resolve, reject });
          }),
    next(id) {
      const { promise: seen, resolve } = Promise.withResolvers<PlacedEvent>();
      const waiting = ids.get(id) ?? new Set();
      waiting.add(resolve);
      ids.set(id, waiting);
      return {
        seen,
        forget() {
          waiting.delete(resolve);
          if (waiting.size === 0 && ids.get(id) === waiting) ids.delete(id);
        },
      };
    },
    async close() {
      ending.abort();
      await running;
    },
  };
}
