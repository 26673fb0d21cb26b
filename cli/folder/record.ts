import { eventId } from '../../adapters/eventStore/eventId.ts';
import { newId } from '../../adapters/ids.ts';
import { WrongExpectedRevision, type EventStore } from '../../adapters/eventStore/port.ts';
import { openSqliteEventStore } from '../../adapters/eventStore/sqlite.ts';
import type { DomainEvent } from '../../domain/events.ts';

const stream = 'system';
const pageSize = 1_000;
/** A server that runs writes here too. */
const maxTries = 20;

/**
 * Puts a fact of the operator at this machine into a log, whether a server runs or not, and closes it. Whoever can do that
 * can write to the file, and nobody else: that is the right that the command asks for.
 */
export const recordFact = async (
  /** The log, or its file. */
  log: EventStore | string,
  fact: DomainEvent,
  /** Names the fact: a second one of the same name is the same one. */
  key: string = newId(),
): Promise<void> => {
  const store = typeof log === 'string' ? await openSqliteEventStore({ file: log }) : log;
  const id = eventId(stream, `${fact.type}/${key}`);
  const meta = {
    at: new Date().toISOString(),
    actor: { kind: 'administrator', id: 'local' },
    channel: 'cli',
  } as const;
  try {
    let last = -1;
    for (let tries = 1; ; tries += 1) {
      for (let read = pageSize; read === pageSize; last += read) {
        const page = await store.readStream(stream, last + 1, pageSize);
        if (page.some((event) => event.id === id)) return;
        read = page.length;
      }
      try {
        await store.commit([{ stream, expectedRevision: last, events: [{ ...fact, id, meta }] }]);
        return;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision) || tries >= maxTries) throw error;
      }
    }
  } finally {
    await store.close();
  }
};
