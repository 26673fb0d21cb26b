import type { EventStore, StoredEvent } from '../adapters/eventStore/port.ts';
import type { DomainEvent } from '../domain/events.ts';

export type Folded<State> = { readonly state: State; readonly revision: number };

const pageSize = 1_000;

/** Reads a whole stream from a revision on. */
export const readWhole = async (
  events: EventStore,
  stream: string,
  from = 0,
): Promise<readonly StoredEvent[]> => {
  const all: StoredEvent[] = [];
  for (;;) {
    const page = await events.readStream(stream, from + all.length, pageSize);
    all.push(...page);
    if (page.length < pageSize) return all;
  }
};

/**
 * Shared streams folded once and caught up from the last revision on every use, so that a decision is never
 * taken on an old state; the append's expected revision guards what happens in between. The least recently
 * used streams are forgotten first.
 */
export const foldCache = <State>(options: {
  readonly events: EventStore;
  readonly initial: State;
  readonly evolve: (state: State, event: DomainEvent) => State;
  readonly capacity: number;
}): { load(stream: string): Promise<Folded<State>> } => {
  const cache = new Map<string, Folded<State>>();
  return {
    async load(stream) {
      const known = cache.get(stream) ?? { state: options.initial, revision: -1 };
      const news = await readWhole(options.events, stream, known.revision + 1);
      const folded =
        news.length === 0
          ? known
          : {
              state: news.reduce<State>(
                (state, event) => options.evolve(state, event),
                known.state,
              ),
              revision: known.revision + news.length,
            };
      cache.delete(stream);
      if (folded.revision >= 0) cache.set(stream, folded);
      if (cache.size > options.capacity) cache.delete(cache.keys().next().value!);
      return folded;
    },
  };
};
