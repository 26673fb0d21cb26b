import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Worker } from '@temporalio/worker';
import {
  connectTemporal,
  isLoopback,
  type TemporalConnection,
} from '../../../adapters/temporal/connect.ts';
import { engineBack } from '../../support/engineBack.ts';
import {
  startTestTemporal,
  testMasterKey,
  testWorkflows,
  type TestTemporal,
} from '../../support/temporal.ts';
import { testActivities } from '../../support/workflows/activities.ts';
import type { oneShot, waiting } from '../../support/workflows/index.ts';

const taskQueue = 'connect';
const goesOnWithinMs = 10_000;
/** No promise: how long the test has patience. */
const patienceMs = 60_000;
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

const startOneShot = () =>
  connection.client.workflow.start<typeof oneShot>('oneShot', {
    workflowId: `oneShot-${randomUUID()}`,
    taskQueue,
    args: ['fast'],
    requestEagerStart: true,
  });

/** Stops a process and waits until each of its threads stands; until then it may still answer. */
const freeze = (pid: number): void => {
  process.kill(pid, 'SIGSTOP');
  const stands = (thread: string): boolean =>
    /\) [TXZ] /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  const until = Date.now() + 5000;
  while (!readdirSync(`/proc/${pid}/task`).every(stands)) {
    if (Date.now() > until) throw new Error('the server does not stop');
  }
};

test('the first task of an eager start comes back in the answer to the start', async () => {
  await (await startOneShot()).result(); // The worker polls by now.
  const handle = await startOneShot();
  expect(handle.eagerlyStarted).toBe(true);
  expect(await handle.result()).toBe('fast');
  const { events } = await handle.fetchHistory();
  const started = events?.find((event) => event.workflowExecutionStartedEventAttributes);
  expect(started?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted).toBe(true);
  // One task from start to end: a decision is one round, not two.
  const tasks = events?.filter((event) => event.workflowTaskCompletedEventAttributes);
  expect(tasks).toHaveLength(1);
});

test('SEC-73 without a master key there is no client and no worker', async () => {
  const options = {
    address: temporal.server.address,
    namespace: 'countersign',
    onRefused: () => {},
  };
  await expect(connectTemporal({ ...options, masterKeys: [] })).rejects.toThrow(RangeError);
  await expect(connectTemporal({ ...options, masterKeys: [Buffer.alloc(16)] })).rejects.toThrow(
    'at least 32 bytes',
  );
});

test('SEC-75 a server off loopback is refused without TLS', async () => {
  const options = { namespace: 'countersign', masterKeys: [testMasterKey], onRefused: () => {} };
  for (const address of ['192.0.2.1:7233', 'temporal.example:7233', '0.0.0.0:7233', '[::]:7233']) {
    await expect(connectTemporal({ ...options, address })).rejects.toThrow('mutual TLS');
    expect(isLoopback(address)).toBe(false);
  }
  expect(isLoopback('127.0.0.1.example.com:7233')).toBe(false);
  for (const address of ['127.0.0.1:1', 'localhost:7233', '[::1]:7233']) {
    expect(isLoopback(address)).toBe(true);
  }
});

test('REL-09 calls fail within 5 s while Temporal hangs and work again when it is back', async () => {
  const pid = temporal.server.pid();
  if (pid === undefined) throw new Error('no server');
  freeze(pid);
  const start = Date.now();
  try {
    await expect(startOneShot()).rejects.toThrow('Failed to start Workflow');
    expect(Date.now() - start).toBeLessThan(5000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const back = Date.now();
  expect(await (await startOneShot()).result()).toBe('fast');
  expect(Date.now() - back).toBeLessThan(goesOnWithinMs);
}, 60_000);

test('REL-09 a waiting workflow goes on within 10 s after Temporal was killed, with its old deadline', async () => {
  const deadlineMs = 10_000;
  const open = () =>
    connection.client.workflow.start<typeof waiting>('waiting', {
      workflowId: `waiting-${randomUUID()}`,
      taskQueue,
      args: [{ deadlineMs }],
    });
  const [answered, unanswered] = await Promise.all([open(), open()]);
  // Their first task is done, so their timers run.
  await Promise.all([answered.query('refusals'), unanswered.query('refusals')]);
  process.kill(Number(temporal.server.pid()), 'SIGKILL');
  const killed = Date.now();
  const decide = async () => {
    let decided: unknown;
    while (decided === undefined && Date.now() - killed < patienceMs) {
      decided = await answered
        .executeUpdate('decide', { updateId: 'once', args: [{ verdict: 'yes' }] })
        .catch(() => undefined);
    }
    return { decided, at: Date.now() };
  };
  const { address, namespace } = temporal.server;
  const [back, { decided, at }] = await Promise.all([engineBack(address, namespace), decide()]);
  expect(decided).toBe('yes');
  expect(at - back).toBeLessThan(goesOnWithinMs);
  expect(await answered.result()).toBe('yes');
  expect(await unanswered.result()).toBe('none');
  const { startTime, closeTime } = await unanswered.describe();
  const dueAt = Number(startTime) + deadlineMs;
  expect(Number(closeTime)).toBeGreaterThanOrEqual(dueAt);
  // Where the server took longer than the deadline to start, the promise counts from then.
  expect(Number(closeTime) - Math.max(dueAt, back)).toBeLessThan(goesOnWithinMs);
  expect(temporal.server.restarts()).toBe(1);
}, 120_000);
