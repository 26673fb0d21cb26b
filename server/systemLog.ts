import { eventId } from '../adapters/eventStore/eventId.ts';
import { WrongExpectedRevision, type EventStore } from '../adapters/eventStore/port.ts';
import type { DomainEvent } from '../domain/events.ts';
import { toIso } from '../domain/instants.ts';

const stream = 'system';
const pageSize = 1_000;
/** Other processes of the deployment write here too. */
const maxTries = 20;

/** Facts about the program itself. */
export type SystemLog = {
  /** `key` names the fact: a second fact of the same key is the same one. */
  record(fact: DomainEvent, key: string): Promise<void>;
};

export const systemLog = (events: EventStore): SystemLog => {
  let known = -1;
  const lastRevision = async (): Promise<number> => {
    for (;;) {
      const page = await events.readStream(stream, known + 1, pageSize);
      known += page.length;
      if (page.length < pageSize) return known;
    }
  };

  return {
    async record(fact, key) {
      const id = eventId(stream, key);
      const meta = { at: toIso(Date.now()), actor: { kind: 'system', id: 'countersign' } } as const;
      for (let tries = 1; ; tries += 1) {
        const expectedRevision = await lastRevision();
        try {
          await events.commit([{ stream, expectedRevision, events: [{ ...fact, id, meta }] }]);
          return;
        } catch (error) {
          if (!(error instanceof WrongExpectedRevision) || tries >= maxTries) throw error;
        }
      }
    },
  };
};
