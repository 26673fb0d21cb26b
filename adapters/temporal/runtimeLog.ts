import { types } from 'node:util';
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
 * Once a process, before the first connection; a second call throws `IllegalStateError`.
 */
export const installTemporalLog = (log: LogLine): void => {
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
