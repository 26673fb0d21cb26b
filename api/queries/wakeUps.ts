import type { Waiting } from '../facade.ts';
import { Unavailable } from '../facade.ts';

/** Calls that may wait at one time in this process. */
export const maxWaiting = 20_000;
/** The longest wait of one call, whatever it asks for. */
export const maxWaitMs = 600_000;

/** Wakes the calls that wait for a key: a request, or a device's mailbox. */
export type WakeUps = {
  wake(key: string): void;
  /** True where anybody waits for this key: it spares a look into the views. */
  isAwaited(key: string): boolean;
  isIdle(): boolean;
  /**
   * Calls `look` at once and after each wake-up of `key`, until it finds something or the wait is over.
   * @returns what was found; undefined at the end of the wait
   * @throws {Unavailable} where too many calls wait already
   */
  until<Found>(
    key: string,
    look: () => Promise<Found | undefined>,
    waiting: Waiting,
  ): Promise<Found | undefined>;
};

type Sleeper = { woken: boolean; wake: () => void };

export const createWakeUps = (): WakeUps => {
  const sleepers = new Map<string, Set<Sleeper>>();
  let waitingCalls = 0;

  const enter = (key: string): Sleeper => {
    const sleeper: Sleeper = { woken: false, wake: () => (sleeper.woken = true) };
    sleepers.set(key, (sleepers.get(key) ?? new Set()).add(sleeper));
    waitingCalls += 1;
    return sleeper;
  };
  const leave = (key: string, sleeper: Sleeper): void => {
    const others = sleepers.get(key);
    others?.delete(sleeper);
    if (others?.size === 0) sleepers.delete(key);
    waitingCalls -= 1;
  };

  /** Resolves with true on a wake-up, with false at the deadline or when the caller has gone. */
  const sleep = (sleeper: Sleeper, deadline: number, signal: AbortSignal | undefined) =>
    new Promise<boolean>((resolve) => {
      const end = (woken: boolean) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', gone);
        sleeper.wake = () => (sleeper.woken = true);
        resolve(woken);
      };
      const gone = () => end(false);
      const timer = setTimeout(gone, Math.max(0, deadline - performance.now()));
      sleeper.wake = () => end(true);
      signal?.addEventListener('abort', gone);
      if (signal?.aborted) gone();
    });

  return {
    wake(key) {
      for (const sleeper of sleepers.get(key) ?? []) sleeper.wake();
    },
    isAwaited: (key) => sleepers.has(key),
    isIdle: () => waitingCalls === 0,
    async until(key, look, { waitMs, signal }) {
      if (waitingCalls >= maxWaiting) throw new Unavailable('too many calls are waiting');
      const deadline = performance.now() + Math.min(Math.max(waitMs, 0), maxWaitMs);
      // Entered before the first look, so that nothing can happen unseen between looking and sleeping.
      const sleeper = enter(key);
      try {
        for (;;) {
          sleeper.woken = false;
          const found = await look();
          if (found !== undefined || signal?.aborted) return found;
          if (performance.now() >= deadline) return undefined;
          if (!sleeper.woken && !(await sleep(sleeper, deadline, signal))) return look();
        }
      } finally {
        leave(key, sleeper);
      }
    },
  };
};
