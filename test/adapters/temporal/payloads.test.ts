import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { TemporalConnection } from '../../../adapters/temporal/connect.ts';
import { isRefused } from '../../../domain/refused.ts';
import { findTemporal } from '../../../runtime/temporalBinary.ts';
import { startTestTemporal, testWorkflows, type TestTemporal } from '../../support/temporal.ts';
import { testActivities } from '../../support/workflows/activities.ts';
import type { everyPath, oneShot, waiting } from '../../support/workflows/index.ts';

const taskQueue = 'payloads';
/** How late a busy machine may run what is due. */
const slackMs = 4000;
let temporal: TestTemporal;
let connection: TemporalConnection;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  temporal = await startTestTemporal();
  connection = await temporal.connect();
  const workflowBundle = await testWorkflows();
  worker = await connection.createWorker({ taskQueue, workflowBundle, activities: testActivities });
  running = worker.run();
}, 60_000);

afterAll(async () => {
  worker.shutdown();
  await running;
  await temporal.stop();
}, 60_000);

const startWaiting = (deadlineMs: number): Promise<WorkflowHandle<typeof waiting>> =>
  connection.client.workflow.start<typeof waiting>('waiting', {
    workflowId: `waiting-${randomUUID()}`,
    taskQueue,
    args: [{ deadlineMs }],
  });

/** What an outsider with access to the port, but without the key, can do. */
const cli = async (...args: readonly string[]): Promise<string> => {
  const { path } = await findTemporal();
  const { address, namespace } = temporal.server;
  const target = ['--address', address, '--namespace', namespace];
  return (await promisify(execFile)(path, [...args, ...target])).stdout;
};

test('SEC-73 no canary of a failing workflow stands in the files of Temporal', async () => {
  const canary = `canary-${randomUUID()}`;
  const { workflow } = connection.client;
  const handle = await workflow.start<typeof everyPath>('everyPath', {
    workflowId: `everyPath-${randomUUID()}`,
    taskQueue,
    args: [canary],
    memo: { note: canary },
    staticSummary: canary,
    staticDetails: canary,
  });
  expect(await handle.query('look', canary)).toBe(`look ${canary}`);
  expect(await handle.executeUpdate('put', { args: [canary] })).toBe(`put ${canary}`);
  await expect(handle.executeUpdate('put', { args: [`bad ${canary}`] })).rejects.toThrow(
    'Update failed',
  );
  await handle.signal('go', canary);
  const latest = workflow.getHandle(handle.workflowId);
  await untilContinued(handle.workflowId, handle.firstExecutionRunId);
  await latest.signal('go', canary);

  const seen = await handle.result();
  // Every path brings back what went in, so nothing was dropped or refused on the way.
  expect(seen).toHaveLength(13);
  for (const text of seen) expect(text).toContain(canary);
  expect(temporal.refused).toEqual([]);

  const broken = await workflow.start('broken', {
    workflowId: `broken-${randomUUID()}`,
    taskQueue,
    args: [canary],
  });
  await expect(broken.result()).rejects.toMatchObject({
    cause: { message: `broken by ${canary}` },
  });
  expect(hitsOf(canary, temporal.layout.temporalFolder)).toEqual([]);
}, 60_000);

const untilContinued = async (workflowId: string, firstRunId: string): Promise<void> => {
  const until = Date.now() + 15_000;
  while (Date.now() < until) {
    const { runId } = await connection.client.workflow.getHandle(workflowId).describe();
    if (runId !== firstRunId) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the workflow did not continue as new');
};

/** Files that hold a text raw, in hex, or in base64 at any of its three alignments. */
const hitsOf = (text: string, folder: string): readonly string[] => {
  const forms = [
    text,
    Buffer.from(text).toString('hex'),
    Buffer.from(text, 'utf8').toString('utf16le'),
  ];
  for (const shift of [0, 1, 2]) {
    // The ends of each alignment depend on their neighbours, so only the middle is looked for.
    forms.push(
      Buffer.from('x'.repeat(shift) + text)
        .toString('base64')
        .slice(4, -4),
    );
  }
  const hits: string[] = [];
  for (const name of readdirSync(folder)) {
    const content = readFileSync(join(folder, name));
    for (const form of forms) if (content.includes(form)) hits.push(`${name}: ${form}`);
  }
  return hits;
};

test('SEC-73 the search does find a workflow id, which is not sealed', async () => {
  const handle = await startWaiting(10);
  await handle.result();
  expect(hitsOf(handle.workflowId, temporal.layout.temporalFolder)).not.toEqual([]);
});

test('SEC-74 a signal and an update without the key have no effect, alarm, and the deadline holds', async () => {
  temporal.refused.length = 0;
  // Long enough for two starts of the command line on a busy machine.
  const deadlineMs = 8000;
  const handle = await startWaiting(deadlineMs);
  const id = ['--workflow-id', handle.workflowId];
  const input = ['--input', '{"verdict":"approved by an outsider"}'];
  await cli('workflow', 'signal', ...id, '--name', 'answer', ...input);
  await cli('workflow', 'update', 'execute', ...id, '--name', 'decide', ...input).catch(() => '');

  expect(await handle.query('refusals')).toBe(2);
  expect(new Set(temporal.refused)).toEqual(new Set([handle.workflowId]));
  expect(temporal.refused.length).toBeGreaterThanOrEqual(2);
  expect(await handle.result()).toBe('none');
  const { startTime, closeTime } = await handle.describe();
  const endedMs = Number(closeTime) - Number(startTime);
  expect(endedMs).toBeGreaterThanOrEqual(deadlineMs);
  expect(endedMs).toBeLessThan(deadlineMs + slackMs);
}, 60_000);

test('SEC-74 the owner of the key still decides after a refused try', async () => {
  const handle = await startWaiting(60_000);
  const id = ['--workflow-id', handle.workflowId];
  await cli('workflow', 'signal', ...id, '--name', 'answer', '--input', '{"verdict":"forged"}');
  expect(await handle.executeUpdate('decide', { args: [{ verdict: 'yes' }] })).toBe('yes');
  expect(await handle.result()).toBe('yes');
}, 30_000);

test('SEC-74 ciphertext copied from another run is refused', async () => {
  const own = await startWaiting(60_000);
  await own.signal('answer', { verdict: 'yes' });
  await own.result();
  const { events } = await own.fetchHistory();
  const signal = events?.find((event) => event.workflowExecutionSignaledEventAttributes);
  const stolen = signal?.workflowExecutionSignaledEventAttributes?.input;
  expect(stolen?.payloads).toHaveLength(1);
  const victim = await startWaiting(3000);

  temporal.refused.length = 0;
  await connection.client.workflowService.signalWorkflowExecution({
    namespace: temporal.server.namespace,
    workflowExecution: { workflowId: victim.workflowId },
    signalName: 'answer',
    input: stolen ?? null,
  });
  expect(await victim.result()).toBe('none');
  expect(temporal.refused).toContain(victim.workflowId);
}, 30_000);

test('SEC-74 a start without the key is refused inside the workflow', async () => {
  const workflowId = `waiting-${randomUUID()}`;
  const what = ['--type', 'waiting', '--task-queue', taskQueue, '--workflow-id', workflowId];
  await cli('workflow', 'start', ...what, '--input', '{"deadlineMs":60000}');
  const result = connection.client.workflow.getHandle(workflowId).result();
  await expect(result).rejects.toMatchObject({ cause: { message: 'the input was refused' } });
});

test('SEC-74 another master key reads nothing, and an old one still reads after a rotation', async () => {
  const workflowId = `oneShot-${randomUUID()}`;
  const options = { workflowId, taskQueue, args: ['sealed'] as [string] };
  await connection.client.workflow.execute<typeof oneShot>('oneShot', options);
  const stranger = await temporal.connect([Buffer.alloc(32, 9)]);
  expect(isRefused(await stranger.client.workflow.getHandle(workflowId).result())).toBe(true);
  const rotated = await temporal.connect([Buffer.alloc(32, 9), Buffer.alloc(32, 7)]);
  expect(await rotated.client.workflow.getHandle(workflowId).result()).toBe('sealed');
});

test('a Schedule hands its sealed input to the runs that it starts', async () => {
  const { schedule, workflow } = connection.client;
  const handle = await schedule.create({
    scheduleId: `schedule-${randomUUID()}`,
    spec: { intervals: [{ every: '1 day' }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'oneShot',
      workflowId: `scheduled-${randomUUID()}`,
      taskQueue,
      args: ['on time'],
    },
    state: { triggerImmediately: true },
  });
  const until = Date.now() + 30_000;
  let started: string | undefined;
  while (!started && Date.now() < until) {
    const { info } = await handle.describe();
    started = info.recentActions[0]?.action.workflow.workflowId;
  }
  expect(await workflow.getHandle(String(started)).result()).toBe('on time');
  await handle.delete();
}, 60_000);
