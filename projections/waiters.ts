/** Callers that may wait for a position at one time. */
const maxWaiters = 20_000;

/** The views do not follow the log: stopped, failed, or too many wait for them. */
export class FeedStopped extends Error {
  override readonly name = 'FeedStopped';
}

type Waiter = {
  readonly position: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

/**
 * Those who wait until the views show a position.
 * @param now how far the views are, and why they will get no further, if so
 */
export const createWaiters = (now: () => { reached: number; over: string | undefined }) => {
  const waiters = new Set<Waiter>();
  return {
    wait(position: number): Promise<void> {
      const { reached, over } = now();
      if (position <= reached) return Promise.resolve();
      if (over !== undefined) return Promise.reject(new FeedStopped(over));
      if (waiters.size >= maxWaiters)
        return Promise.reject(new FeedStopped('too many callers wait for the views'));
      return new Promise((resolve, reject) => waiters.add({ position, resolve, reject }));
    },
    /** Answers those whose position is reached, or all of them at the end. */
    release(): void {
      const { reached, over } = now();
      for (const waiter of waiters) {
        if (waiter.position <= reached) waiter.resolve();
        else if (over !== undefined) waiter.reject(new FeedStopped(over));
        else continue;
        waiters.delete(waiter);
      }
    },
  };
};
