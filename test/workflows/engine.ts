import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../adapters/temporal/bundle.ts';
import { sealingDataConverter } from '../../adapters/temporal/dataConverter.ts';
import { installTemporalLog } from '../../adapters/temporal/runtimeLog.ts';
import { workerDefaults } from '../../adapters/temporal/workerDefaults.ts';
import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import type { EventType } from '../../domain/events.ts';
import { taskQueue, type Workflows } from '../../workflows/contracts.ts';
import { findTemporal } from '../../runtime/temporalBinary.ts';
import { testLog, testMasterKey } from '../support/temporal.ts';
import { timeSkippingServer } from '../support/timeSkippingServer.ts';
import { until } from '../e2e/support/until.ts';
import { whileTimeJumps } from './clock.ts';
import { openWorld, type Node, type World } from '../activities/world.ts';

installTemporalLog(testLog.line);

/** Workflow ids of payloads that were refused, in order. */
const refused: string[] = [];
export const dataConverter = sealingDataConverter({
  masterKeys: [testMasterKey],
  onRefused: (workflowId) => void refused.push(workflowId),
});

export type Engine = {
  readonly env: TestWorkflowEnvironment;
  readonly client: Client;
  readonly world: World;
  readonly node: Node;
  readonly refused: readonly string[];
  /** By how much the engine's clock is ahead of the log's. */
  readonly ahead: { ms: number };
  start<T extends keyof Workflows>(
    type: T,
    workflowId: string,
    input: Parameters<Workflows[T]>[0],
  ): Promise<WorkflowHandle<Workflows[T]>>;
  /** Resolves with the first event of this type in a stream, once it is on record. */
  onRecord<T extends EventType>(stream: string, type: T): Promise<StoredEvent<T>>;
  /** Starts the worker where the engine was started idle. */
  work(): void;
  /** Waits for a workflow's end while the clock jumps over what nobody waits for. */
  untilEnd(handle: Pick<WorkflowHandle, 'workflowId'>): Promise<void>;
  /** Lets this much of the clock's time pass, in ms. */
  sleep(ms: number): Promise<void>;
  stop(): Promise<void>;
};

const maxStarts = 5;

/** The SDK gives the server's virtual machine 5 s to come up, which a busy machine does not always do. */
const startServer = async (tries = 1): Promise<TestWorkflowEnvironment> => {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: timeSkippingServer() } },
      client: { dataConverter },
    });
  } catch (error) {
    const late = String(error).includes('did not start within');
    if (!late || tries >= maxStarts) throw error;
    return await startServer(tries + 1);
  }
};

/** Temporal's own server, which suggests to continue as new after so many events of a history; its clock is the machine's. */
const startImpatient = async (suggestAfter: number): Promise<TestWorkflowEnvironment> => {
  const { path } = await findTemporal();
  return await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      extraArgs: [
        '--dynamic-config-value',
        `limit.historyCount.suggestContinueAsNew=${suggestAfter}`,
      ],
    },
    client: { dataConverter },
  });
};

/**
 * The real workflows, sealed as in production, on a server whose clock jumps over what nobody waits for; with
 * `suggestAfter` on one that wants histories short.
 */
export const startEngine = async ({ idle = false, suggestAfter = 0 } = {}): Promise<Engine> => {
  const world = await openWorld();
  const [node] = world.nodes;
  const env = await (suggestAfter > 0 ? startImpatient(suggestAfter) : startServer());
  // The environment's own client lets time jump during every wait for a result, past what a test looks at.
  const client = new Client({
    connection: env.connection,
    namespace: env.namespace ?? 'default',
    dataConverter,
  });
  const ahead = { ms: 0 };
  const readClock = async (): Promise<void> =>
    void (world.clock.nowMs = (await env.currentTimeMs()) - ahead.ms);
  await readClock();
  const worker = await Worker.create({
    ...workerDefaults,
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    taskQueue,
    dataConverter,
    workflowBundle: await workflowBundle(),
    activities: node.activities,
    interceptors: {
      activity: [
        () => ({
          inbound: {
            async execute(input, next) {
              await readClock();
              return await next(input);
            },
          },
        }),
      ],
    },
  });
  let running: Promise<void> | undefined;
  const work = (): void => void (running ??= worker.run());
  if (!idle) work();
  return {
    env,
    client,
    world,
    node,
    refused,
    ahead,
    work,
    start: async (type, workflowId, input) => {
      const options = { workflowId, taskQueue, args: [input] };
      return (await client.workflow.start(type as string, options)) as never;
    },
    untilEnd: async ({ workflowId }) => {
      await whileTimeJumps(env, env.client.workflow.getHandle(workflowId).result());
      await readClock();
    },
    sleep: async (ms) => await whileTimeJumps(env, env.sleep(ms)),
    onRecord: async (stream, type) =>
      await until(`${type} in ${stream}`, async () => {
        const events = await node.events.readStream(stream);
        return events.find((event) => event.type === type) as never;
      }),
    stop: async () => {
      work();
      worker.shutdown();
      await running;
      await env.teardown();
      await world.close();
    },
  };
};

export const typesOf = async ({ node }: Engine, stream: string): Promise<readonly string[]> =>
  (await node.events.readStream(stream)).map(({ type }) => type);

/** Loses a run between its steps, as an engine does whose database is gone. */
export const loseRun = async (
  handle: Pick<WorkflowHandle, 'describe' | 'terminate'>,
): Promise<void> => {
  await until('the run to rest', async () => {
    const { raw } = await handle.describe();
    return !raw.pendingWorkflowTask && !raw.pendingActivities?.length;
  });
  await handle.terminate('lost');
};

export const historyFile = (name: string): string =>
  fileURLToPath(new URL(`../histories/${name}.json`, import.meta.url));

/** Keeps a finished run for ever where its name is new; what was kept before is never written over. */
export const keepHistory = async (
  name: string,
  handle: Pick<WorkflowHandle, 'workflowId' | 'fetchHistory'>,
): Promise<void> => {
  const file = historyFile(name);
  if (existsSync(file) || !process.env['COUNTERSIGN_RECORD_HISTORIES']) return;
  const history = await handle.fetchHistory();
  // The test server leaves out the id, which its payloads are sealed for.
  history.events![0]!.workflowExecutionStartedEventAttributes!.workflowId = handle.workflowId;
  writeFileSync(file, `${JSON.stringify(JSON.parse(historyToJSON(history)))}\n`);
};
