import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { workflowBundle } from '../../adapters/temporal/bundle.ts';
import { connectTemporal, type TemporalConnection } from '../../adapters/temporal/connect.ts';
import { installTemporalLog } from '../../adapters/temporal/runtimeLog.ts';
import { openDataFolder, type DataFolder } from '../../runtime/dataFolder.ts';
import { createLogger, type Logger } from '../../runtime/logger.ts';
import { startTemporal, type TemporalServer } from '../../runtime/temporalServer.ts';
import { timeSkippingServer } from './timeSkippingServer.ts';

/** Warnings and errors only where COUNTERSIGN_TEST_LOG is set; tests cause both on purpose. */
export const testLog: Logger = createLogger({
  level: process.env['COUNTERSIGN_TEST_LOG'] ? 'debug' : 'error',
  pretty: true,
  ...(process.env['COUNTERSIGN_TEST_LOG'] ? {} : { write: () => {} }),
});

let logInstalled = false;
const quietSdk = (): void => {
  if (!logInstalled) installTemporalLog(testLog.line);
  logInstalled = true;
};

export const testMasterKey = Buffer.alloc(32, 7);

/** A folder that only this test uses; `remove` deletes it. */
export const temporaryFolder = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
};

export type TestTemporal = {
  readonly server: TemporalServer;
  readonly layout: DataFolder;
  /** Workflow ids of refused payloads, in order. */
  readonly refused: string[];
  /** Connections are closed by `stop`; workers must be shut down before. */
  readonly connect: (masterKeys?: readonly Uint8Array[]) => Promise<TemporalConnection>;
  readonly stop: () => Promise<void>;
};

/** A real dev server on a free port with its files in a temporary folder. */
export const startTestTemporal = async (): Promise<TestTemporal> => {
  const folder = temporaryFolder();
  const layout = openDataFolder(folder.path);
  const server = await startTemporal({ layout, log: testLog });
  const refused: string[] = [];
  const open: TemporalConnection[] = [];
  return {
    server,
    layout,
    refused,
    connect: async (masterKeys = [testMasterKey]) => {
      quietSdk(); // Here and not before: the SDK's runtime ends with its last connection, and keeps Jest up until then.
      const { address, namespace } = server;
      const connection = await connectTemporal({
        address,
        namespace,
        masterKeys,
        onRefused: (workflowId) => void refused.push(workflowId),
      });
      open.push(connection);
      return connection;
    },
    stop: async () => {
      for (const connection of open) await connection.close();
      await server.stop();
      layout.close();
      folder.remove();
    },
  };
};

const startsMax = 4;

/**
 * Temporal's test server, whose clock jumps over what nobody waits for: a 90-day block takes milliseconds.
 * Its payloads are not sealed, because it never leaves the test.
 */
export const startTimeSkipping = async (): Promise<TestWorkflowEnvironment> => {
  quietSdk();
  for (let tried = 1; ; tried += 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping({
        server: { executable: { type: 'existing-path', path: timeSkippingServer() } },
      });
    } catch (error) {
      // The SDK gives it 5 s, which is not always enough on a busy machine.
      if (tried >= startsMax || !String(error).includes('did not start within')) throw error;
    }
  }
};

/** Bundle of the workflows under test/support/workflows. */
export const testWorkflows = (): Promise<{ codePath: string }> => {
  const here = fileURLToPath(new URL('workflows', import.meta.url));
  return workflowBundle({
    workflowsPath: join(here, 'index.ts'),
    sources: [here, fileURLToPath(new URL('../../domain', import.meta.url))],
  });
};
