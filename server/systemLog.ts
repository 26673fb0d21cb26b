import type { FactLog } from '../api/commands/context.ts';
import type { DomainEvent, EventMeta } from '../domain/events.ts';
import { systemActor } from '../domain/inputs.ts';
import { toIso } from '../domain/instants.ts';

/** Who ordered it, where it was not the program's own doing. */
export type Ordered = Pick<EventMeta, 'actor' | 'channel' | 'address'>;

/** Facts about the program itself, in a stream of their own. */
export type SystemLog = {
  /** `key` names the fact: a second fact of the same key is the same one. */
  record(fact: DomainEvent, key: string, by?: Ordered): Promise<void>;
};

export const systemLog = (facts: FactLog, stream = 'system'): SystemLog => ({
  record: (fact, key, by = { actor: systemActor }) =>
    facts.record({ stream, fact, key, meta: { at: toIso(Date.now()), ...by } }),
});
