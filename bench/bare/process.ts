import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { installTemporalLog } from '../../adapters/temporal/runtimeLog.ts';
import { openDataFolder } from '../../runtime/dataFolder.ts';
import { createLogger } from '../../runtime/logger.ts';
import { startTemporal } from '../../runtime/temporalServer.ts';
import { closedLoop, type Window } from '../support/load.ts';

/** What the parent asks for, and what it gets back. */
export type BareOrder = { readonly clients: number; readonly seconds: number };
export type BareResult = Window;

/**
 * A process that holds nothing but Temporal's own client and worker, against a server of the same binary and
 * flags as ours. `node bench/bare/process.ts FOLDER [WORKER-OPTIONS-AS-JSON]`.
 */
const [folder = '', workerOptions = '{}'] = process.argv.slice(2);
const log = createLogger({ level: 'warn' });
installTemporalLog((level, message, fields) => log.line(level, message, fields));
const layout = openDataFolder(folder);
const server = await startTemporal({ layout, log });
const connection = await NativeConnection.connect({ address: server.address });
const client = new Client({ connection, namespace: server.namespace });
const taskQueue = 'bare';
const worker = await Worker.create({
  ...(JSON.parse(workerOptions) as Partial<WorkerOptions>),
  connection,
  namespace: server.namespace,
  taskQueue,
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  }),
  activities: { step: async (text: string) => text },
});
const running = worker.run();

const call = async (): Promise<void> => {
  const handle = await client.workflow.start('bare', {
    workflowId: randomUUID(),
    taskQueue,
    args: ['123456'],
    requestEagerStart: true,
  });
  await handle.result();
};

const stop = async (): Promise<void> => {
  worker.shutdown();
  await running;
  await connection.close();
  await server.stop();
  layout.close();
  process.disconnect?.();
};

process.on('message', ({ clients, seconds }: BareOrder) => {
  closedLoop({ clients, seconds, call }).then(
    (result: BareResult) => process.send?.(result),
    (error: unknown) => {
      log.error('the bare side failed', { error });
      process.exit(1);
    },
  );
});
process.once('SIGTERM', () => void stop());
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
