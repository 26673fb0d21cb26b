import { setTimeout as wait } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';

/** How long no time may be skipped before the runs are looked at. */
const quietMs = 2_000;
/** How long nothing may change in any of them then; an activity that waits to be tried again looks like one that works. */
const restMs = 1_000;
const idleMs = 15_000;
const lookMs = 500;
/** Looks that find the clock this far ahead of the machine's have seen a jump. */
const jumpMs = 200;

type Stand = {
  readonly all: string;
  readonly stepsWait: boolean;
  readonly activitiesWait: boolean;
};

/** How all open runs stand. */
const standOf = async ({
  connection,
  namespace = 'default',
}: TestWorkflowEnvironment): Promise<Stand> => {
  const service = connection.workflowService;
  const { executions } = await service.listOpenWorkflowExecutions({ namespace });
  const runs = await Promise.all(
    executions.map(
      async ({ execution = null }) =>
        await service.describeWorkflowExecution({ namespace, execution }),
    ),
  );
  const activities = runs.flatMap((run) => run.pendingActivities ?? []);
  return {
    all: JSON.stringify([
      runs.map(({ workflowExecutionInfo: info }) => [info?.execution, info?.historyLength]),
      activities.map(({ activityId, attempt }) => [activityId, attempt]),
    ]),
    stepsWait: runs.some((run) => run.pendingWorkflowTask),
    activitiesWait: activities.length > 0,
  };
};

const allRest = async (env: TestWorkflowEnvironment, signal: AbortSignal): Promise<boolean> => {
  const before = await standOf(env);
  if (before.stepsWait) return false;
  await wait(before.activitiesWait ? idleMs : restMs, undefined, { signal });
  const after = await standOf(env);
  return !after.stepsWait && after.all === before.all;
};

/**
 * Waits for something that needs the test server's clock to jump. The server counts who holds its clock, and loses count
 * now and then: a run that ends in the middle of a step, or an event that meets one, keeps its hold for ever. Where every
 * open run rests and still no time has been skipped for a while, one such hold is let go.
 */
export const whileTimeJumps = async <T>(
  env: TestWorkflowEnvironment,
  awaited: Promise<T>,
): Promise<T> => {
  if (!env.supportsTimeSkipping) return await awaited;
  const over = new AbortController();
  const { signal } = over;
  const watch = async (): Promise<never> => {
    let quietSince = Date.now();
    let lastAheadMs = 0;
    for (;;) {
      await wait(lookMs, undefined, { signal });
      const aheadMs = (await env.currentTimeMs()) - Date.now();
      if (Math.abs(aheadMs - lastAheadMs) > jumpMs) quietSince = Date.now();
      lastAheadMs = aheadMs;
      if (Date.now() - quietSince < quietMs) continue;
      const stuck = await allRest(env, signal);
      if (stuck && !signal.aborted) await env.connection.testService?.unlockTimeSkipping({});
      quietSince = Date.now();
    }
  };
  const watching = watch();
  try {
    return await Promise.race([awaited, watching]);
  } finally {
    over.abort();
    await watching.catch(() => undefined);
  }
};
