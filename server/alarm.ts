import type { Logger } from '../runtime/logger.ts';
import type { SystemLog } from './systemLog.ts';

/** Workflows whose alarm was raised a short time ago: a stranger at the port must not fill the log. */
const remembered = 1_000;

/**
 * Somebody wrote into the workflow engine without our key (SEC-74): a fact for the auditors and a line for the
 * operator. Replays meet the payload again, so one workflow raises one alarm.
 */
export const alarm = (facts: SystemLog, log: Logger) => {
  const raised = new Set<string>();
  return (workflowId: string): void => {
    if (raised.has(workflowId)) return;
    raised.add(workflowId);
    if (raised.size > remembered) raised.delete(raised.values().next().value!);
    log.error('a payload that this server did not seal was refused', { workflowId });
    facts
      .record({ type: 'UnsealedPayloadRefused', data: { workflowId } }, `refused/${workflowId}`)
      .catch((error: unknown) => log.error('the alarm could not be recorded', { error }));
  };
};
