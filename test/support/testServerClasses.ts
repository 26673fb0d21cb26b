import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { until } from '../e2e/support/until.ts';
import { freePort } from './freePort.ts';
import { javaProperty } from './java.ts';

/*
 * The classes of Temporal's Java test server as its virtual machine has read and checked them once (class data sharing):
 * a server that lives for seconds spends most of them on that.
 */

/** It lives for seconds: what a machine does to be fast later costs more than it brings. */
export const javaFlags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto'] as const;
export const mainClass = 'io.temporal.testserver.TestServer';

/** Name of the file within the server's folder; a virtual machine takes only what its own version wrote. */
export const classesFile = (): string => {
  const [version = 'unknown'] = /^[\w.+-]+/.exec(javaProperty('java.runtime.version') ?? '') ?? [];
  return `classes-${version}.jsa`;
};

const { CommandType } = proto.temporal.api.enums.v1;
const namespace = 'default';
const taskQueue = 'classes';

/** What every test does with the server, so that its classes are among those that are kept. */
const useServer = async (address: string): Promise<void> => {
  const connection = await until('the test server', async () => {
    try {
      return await Connection.connect({ address });
    } catch {
      return undefined;
    }
  });
  const client = new Client({ connection, namespace });
  const run = await client.workflow.start('any', { workflowId: 'any', taskQueue });
  const service = connection.workflowService;
  const queue = { namespace, taskQueue: { name: taskQueue } };
  const task = await service.pollWorkflowTaskQueue(queue);
  await service.respondWorkflowTaskCompleted({
    namespace,
    taskToken: task.taskToken,
    commands: [
      {
        commandType: CommandType.COMMAND_TYPE_START_TIMER,
        startTimerCommandAttributes: { timerId: '1', startToFireTimeout: { seconds: 60 as never } },
      },
      {
        commandType: CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
        scheduleActivityTaskCommandAttributes: {
          activityId: '1',
          activityType: { name: 'any' },
          taskQueue: { name: taskQueue },
          scheduleToCloseTimeout: { seconds: 60 as never },
        },
      },
    ],
  });
  const { taskToken } = await service.pollActivityTaskQueue(queue);
  await service.respondActivityTaskCompleted({ namespace, taskToken });
  await run.signal('any');
  await run.describe();
  await run.fetchHistory();
  await run.terminate();
  await connection.close();
};

/** Keeps the classes of the server in `folder` where that has not been done for this virtual machine. */
export const keepClasses = async (folder: string): Promise<void> => {
  const file = join(folder, classesFile());
  if (existsSync(file)) return;
  const unfinished = `${file}.${process.pid}`;
  const port = await freePort();
  const server = spawn(
    'java',
    [
      ...javaFlags,
      `-XX:ArchiveClassesAtExit=${unfinished}`,
      '-cp',
      join(folder, 'libs', '*'),
      mainClass,
      String(port),
    ],
    { stdio: 'ignore' },
  );
  try {
    await useServer(`127.0.0.1:${port}`);
    server.kill('SIGTERM');
    await once(server, 'exit');
    renameSync(unfinished, file);
  } finally {
    server.kill('SIGKILL');
    rmSync(unfinished, { force: true });
  }
};
