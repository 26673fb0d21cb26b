import { types } from 'node:util';
import { IllegalStateError } from '@temporalio/common';
import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import type { LogLevel, LogLine } from './port.ts';

const levels: Readonly<Record<string, LogLevel>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/**
 * Sends what the Temporal SDK says to our log and leaves the signals to our own shutdown.
 * The SDK's runtime is one a process: the first log stays, a second server in the process shares it. It keeps the
 * process alive until its last connection is closed, so call it right before the first.
 */
export const installTemporalLog = (log: LogLine): void => {
  try {
    install(log);
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
};

const install = (log: LogLine): void => {
  Runtime.install({
    logger: new DefaultLogger('INFO', (entry: LogEntry) => {
      const { error, ...meta } = entry.meta ?? {};
      // An error's text can hold arguments in the clear; its class says enough here.
      const fields = types.isNativeError(error) ? { ...meta, error: error.name } : meta;
      log(levels[entry.level] ?? 'info', entry.message, { component: 'temporal', ...fields });
    }),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    shutdownSignals: [],
  });
};
