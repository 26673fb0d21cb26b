import { setTimeout as wait } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';

/** How long no time may be skipped before the runs are looked at, and how long all of them must rest then. */
const quietMs = 2_000;
const restMs = 1_000;
const lookMs = 500;
/** Looks that find the clock this far ahead of the machine's have seen a jump. */
const jumpMs = 200;

/** How long the histories of all open runs are; nothing where one of them has work in hand. */
const restingRuns = async ({
  connection,
  namespace = 'default',
}: TestWorkflowEnvironment): Promise<string | undefined> => {
  const service = connection.workflowService;
  const { executions } = await service.listOpenWorkflowExecutions({ namespace });
  const runs = await Promise.all(
    executions.map(
      async ({ execution = null }) =>
        await service.describeWorkflowExecution({ namespace, execution }),
    ),
  );
  if (runs.some((run) => run.pendingWorkflowTask || run.pendingActivities?.length)) return;
  return JSON.stringify(
    runs.map(({ workflowExecutionInfo: info }) => [info?.execution, info?.historyLength]),
  );
};

const allRest = async (env: TestWorkflowEnvironment, signal: AbortSignal): Promise<boolean> => {
  const before = await restingRuns(env);
  if (before === undefined) return false;
  await wait(restMs, undefined, { signal });
  return (await restingRuns(env)) === before;
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
  const watch = async (): Promise<void> => {
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
  const watching = watch().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  try {
    return await Promise.race([awaited, watching.then(async () => await awaited)]);
  } finally {
    over.abort();
    await watching;
  }
};
