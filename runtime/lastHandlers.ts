import type { Logger } from './logger.ts';
import type { Shutdown } from './shutdown.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Figures for the metrics page. REL-20: both stay 0 in every run. */
export const uncaught = { exceptions: 0, rejections: 0 };

/**
 * Ends the process on SIGINT or SIGTERM, in order and with exit code 0; a second signal ends it at once.
 * What nobody caught is logged and counted while listeners go on (REL-20): one bad request must not log out everybody.
 */
export const installLastHandlers = (log: Logger, shutdown: Shutdown): void => {
  let stopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      void shutdown.run(signal).then(() => process.exit(0));
    });
  }
  // Whoever read our log may be gone. To log that would fail in the same way, for ever; the service goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.on('uncaughtException', (error) => {
    uncaught.exceptions += 1;
    log.error('uncaught exception', { error, count: uncaught.exceptions });
  });
  process.on('unhandledRejection', (reason) => {
    uncaught.rejections += 1;
    log.error('unhandled rejection', { error: reason, count: uncaught.rejections });
  });
};
