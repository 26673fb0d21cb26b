import { expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { startTimeSkipping, testWorkflows } from '../../support/temporal.ts';
import { testActivities } from '../../support/workflows/activities.ts';
import type { waiting } from '../../support/workflows/index.ts';

test('the time-skipping server passes ninety days in seconds', async () => {
  const environment = await startTimeSkipping();
  try {
    const taskQueue = 'skipping';
    const workflowBundle = await testWorkflows();
    const connection = environment.nativeConnection;
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowBundle,
      activities: testActivities,
    });
    const start = Date.now();
    const run = environment.client.workflow.execute<typeof waiting>('waiting', {
      workflowId: 'waiting-ninety-days',
      taskQueue,
      args: [{ deadlineMs: 90 * 86_400_000 }],
    });
    expect(await worker.runUntil(run)).toBe('none');
    expect(Date.now() - start).toBeLessThan(60_000);
  } finally {
    await environment.teardown();
  }
}, 120_000);
