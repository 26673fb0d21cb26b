import { currentUpdateInfo, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

/**
 * Every step is a local activity: it reads, decides and appends in one go, within the workflow task. It is tried
 * again until the log takes it; the ids of its events make a repeated step count once.
 */
export const steps = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5 seconds',
  localRetryThreshold: '1 minute',
  retry: {
    initialInterval: '50 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '2 seconds',
  },
});

/** Names the step of the update that is being handled: the client chose its id, so every try has the same. */
export const updateStep = (): string => currentUpdateInfo()!.id;

/** One at a time, in order of arrival: handlers of one workflow interleave at every await otherwise. */
export const inTurn = (): (<T>(task: () => Promise<T>) => Promise<T>) => {
  let tail: Promise<unknown> = Promise.resolve();
  return async (task) => {
    const mine = tail.then(task, task);
    tail = mine.catch(() => undefined);
    return await mine;
  };
};

/** Milliseconds from now to an instant, never below 0; replay-safe, since workflows have their own clock. */
export const msUntil = (iso: string): number => Math.max(0, Date.parse(iso) - Date.now());
