import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventStore, StoredEvent, Subscription } from './port.ts';

const eventsPerBatch = 500;

export type Subscriptions = {
  readonly add: EventStore['subscribe'];
  /** Says that there may be something new; extra calls do no harm. */
  readonly wake: () => void;
  isEmpty(): boolean;
  close(): void;
};

/**
 * Subscriptions by position: each reads on from where it is whenever it is woken, so that what it sees
 * is the log itself, without gap or double, however the news arrived.
 */
export function createSubscriptions(
  read: (after: number, limit: number) => readonly StoredEvent[] | Promise<readonly StoredEvent[]>,
): Subscriptions {
  const open = new Map<Subscription, () => void>();

  const add: EventStore['subscribe'] = (after, handler, onError) => {
    let position = after;
    let running = false;
    let isNews = false;
    const subscription: Subscription = { close: () => void open.delete(subscription) };

    const run = async (): Promise<void> => {
      running = true;
      try {
        for (;;) {
          // Between batches everybody else gets a turn, also while a long log is caught up.
          await nextTurn();
          isNews = false;
          const events = open.has(subscription) ? await read(position, eventsPerBatch) : [];
          const last = open.has(subscription) ? events.at(-1) : undefined;
          // What was told of while the log was being read may have come too late for that read.
          if (!last && isNews) continue;
          if (!last) break;
          await handler(events);
          position = last.position;
        }
      } catch (error) {
        subscription.close();
        onError(error);
      } finally {
        running = false;
      }
    };

    const wake = (): void => {
      isNews = true;
      if (!running) void run();
    };
    open.set(subscription, wake);
    wake();
    return subscription;
  };

  return {
    add,
    wake() {
      for (const wake of open.values()) wake();
    },
    isEmpty: () => open.size === 0,
    close: () => open.clear(),
  };
}
