import { currentUpdateInfo, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
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

/**
 * A worker that says nothing for so long counts as dead, and its activities are tried again. One that lives beats every two
 * seconds, so that Temporal itself may be away for eight.
 */
export const goneAfter = '10 seconds';

/**
 * Calls and texts take a provider's time and so are normal activities. They are tried until they say themselves that
 * nobody needs to be reached any more; a second try asks first what became of the one before (REL-10).
 */
export const contacts = proxyActivities<Pick<Activities, 'contactPerson'>>({
  startToCloseTimeout: '45 seconds',
  heartbeatTimeout: goneAfter,
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 1.5,
    maximumInterval: '5 seconds',
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
