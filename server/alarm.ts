import { eventId } from '../adapters/eventStore/eventId.ts';
import { WrongExpectedRevision, type EventStore } from '../adapters/eventStore/port.ts';
import { toIso } from '../domain/instants.ts';
import type { Logger } from '../runtime/logger.ts';

const stream = 'system';
const pageSize = 1_000;
const maxTries = 20;
/** Workflows whose alarm was raised a short time ago: a stranger at the port must not fill the log. */
const remembered = 1_000;

const lastRevision = async (events: EventStore): Promise<number> => {
  for (let from = 0; ; from += pageSize) {
    const page = await events.readStream(stream, from, pageSize);
    if (page.length < pageSize) return from + page.length - 1;
  }
};

/**
 * Somebody wrote into the workflow engine without our key (SEC-74): a fact for the auditors and a line for the
 * operator. Replays meet the payload again, so one workflow raises one alarm.
 */
export const alarm = (events: EventStore, log: Logger) => {
  const raised = new Set<string>();
  return (workflowId: string): void => {
    if (raised.has(workflowId)) return;
    raised.add(workflowId);
    if (raised.size > remembered) raised.delete(raised.values().next().value!);
    log.error('a payload that this server did not seal was refused', { workflowId });
    const record = async (): Promise<void> => {
      for (let tries = 0; tries < maxTries; tries += 1) {
        try {
          await events.commit([
            {
              stream,
              expectedRevision: await lastRevision(events),
              events: [
                {
                  id: eventId(workflowId, 'refused'),
                  type: 'UnsealedPayloadRefused',
                  data: { workflowId },
                  meta: {
                    at: toIso(Date.now()),
                    actor: { kind: 'system', id: 'countersign' },
                    workflowId,
                  },
                },
              ],
            },
          ]);
          return;
        } catch (error) {
          if (!(error instanceof WrongExpectedRevision)) throw error;
        }
      }
    };
    record().catch((error: unknown) => log.error('the alarm could not be recorded', { error }));
  };
};
