import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  startChild,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { TestActivities } from './activities.ts';

const remote = proxyActivities<TestActivities>({
  startToCloseTimeout: '5s',
  heartbeatTimeout: '5s',
  retry: { initialInterval: 10 },
  summary: 'a summary',
});
const local = proxyLocalActivities<TestActivities>({ startToCloseTimeout: '5s' });

export const go = defineSignal<[string]>('go');
export const put = defineUpdate<string, [string]>('put');
export const look = defineQuery<string, [string]>('look');

/** Carries a canary through every way that a payload can take; the result lists what came out. */
export async function everyPath(canary: string, round = 0): Promise<readonly string[]> {
  const seen: string[] = [];
  let signalled: string | undefined;
  setHandler(go, (text) => {
    signalled = text;
  });
  setHandler(put, (text) => `put ${text}`, {
    validator: (text) => {
      if (text.startsWith('bad')) throw new Error(`not ${text}`);
    },
  });
  setHandler(look, (text) => `look ${text}`);
  upsertMemo({ note: canary });
  seen.push(await local.echo(canary), await remote.echo(canary), await remote.beat(canary));
  for (const proxy of [local, remote]) {
    try {
      await proxy.fail(canary);
    } catch (error) {
      // A local activity's failure arrives without the wrapper that a remote one has.
      const cause = error instanceof ActivityFailure ? error.cause : error;
      if (!(cause instanceof ApplicationFailure)) throw error;
      seen.push(cause.message, JSON.stringify(cause.details));
    }
  }
  seen.push(await executeChild(childOf, { args: [canary] }));
  const child = await startChild(waiter, { args: [canary] });
  await child.signal(go, canary);
  seen.push(await child.result());
  const second = await startChild(waiter, { args: [canary] });
  await getExternalWorkflowHandle(second.workflowId).signal(go, canary);
  seen.push(await second.result());
  try {
    await executeChild(broken, { args: [canary] });
  } catch (error) {
    const inner = error instanceof Error ? error.cause : undefined;
    if (isCancellation(error) || !(inner instanceof ApplicationFailure)) throw error;
    seen.push(inner.message);
  }
  await condition(() => signalled !== undefined, '10s');
  seen.push(signalled ?? 'no signal');
  if (round === 0) await continueAsNew<typeof everyPath>(canary, 1);
  seen.push(JSON.stringify(workflowInfo().memo?.['note']));
  return seen;
}

export async function childOf(canary: string): Promise<string> {
  return `child ${await local.echo(canary)}`;
}

export async function waiter(canary: string): Promise<string> {
  let got: string | undefined;
  setHandler(go, (text) => {
    got = text;
  });
  await condition(() => got !== undefined, '10s');
  return `waiter ${canary} ${got}`;
}

export async function broken(canary: string): Promise<void> {
  throw ApplicationFailure.nonRetryable(`broken by ${canary}`, 'Broken', { canary });
}
