import { eventId } from '../../../adapters/eventStore/eventId.ts';
import type { NewEvent } from '../../../adapters/eventStore/port.ts';
import { openSqliteEventStore } from '../../../adapters/eventStore/sqlite.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import { authenticationStream } from '../../../domain/ids.ts';
import { systemActor } from '../../../domain/inputs.ts';
import { toIso } from '../../../domain/instants.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';

const storiesPerCommit = 250;

const story = (application: string): readonly DomainEvent[] => [
  {
    type: 'AuthenticationRequested',
    data: {
      channel: 'sdk',
      application,
      callerId: 'serviceAccount:seed',
      originKey: 'seed',
      requireUserMatch: true,
    },
  },
  { type: 'AuthenticationRuleMatched', data: { rule: '2 user not found' } },
  { type: 'AuthenticationDenied', data: { code: 'USER_NOT_FOUND' } },
];

const requestIdOf = (index: number): string => index.toString(16).toUpperCase().padStart(32, '0');

/**
 * Puts past requests of nobody into the log of a server that does not run.
 * @param events how many at least; each request has three
 */
export const seedLog = async (data: string, events: number): Promise<void> => {
  const store = await openSqliteEventStore({ file: layoutOf(data).events });
  try {
    const requests = Math.ceil(events / 3);
    for (let from = 0; from < requests; from += storiesPerCommit) {
      const length = Math.min(storiesPerCommit, requests - from);
      const appends = Array.from({ length }, (_, offset) => {
        const requestId = requestIdOf(from + offset);
        const stream = authenticationStream(requestId);
        const meta = { at: toIso(Date.now()), actor: systemActor, correlationId: requestId };
        return {
          stream,
          expectedRevision: -1,
          events: story(`seed-${from + offset}`).map((fact, step): NewEvent => ({
            ...fact,
            id: eventId(stream, String(step)),
            meta,
          })),
        };
      });
      await store.commit(appends);
    }
  } finally {
    await store.close();
  }
};
