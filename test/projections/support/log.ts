import { openMemoryEventStore } from '../../../adapters/eventStore/memory.ts';
import type { EventStore, NewEvent } from '../../../adapters/eventStore/port.ts';
import type { EventData, EventMeta, EventType } from '../../../domain/events.ts';

/** 2026-01-01, when every log of these tests begins. */
export const startMs = Date.UTC(2026, 0, 1);

export type Line = { readonly stream: string; readonly event: NewEvent };

/** Events as a test tells them, each a second after the one before. */
export type Log = {
  readonly lines: Line[];
  add<T extends EventType>(
    stream: string,
    type: T,
    data: EventData[T],
    meta?: Partial<EventMeta>,
  ): Log;
  /** Time of the next event, in ms. */
  nowMs(): number;
  skip(ms: number): Log;
};

export const createLog = (): Log => {
  let now = startMs;
  const log: Log = {
    lines: [],
    add(stream, type, data, meta = {}) {
      const at = new Date(now).toISOString();
      const id = log.lines.length.toString(16).padStart(32, '0');
      const actor = { kind: 'serviceAccount', id: 'A1' } as const;
      const event = { id, type, data, meta: { at, actor, ...meta } } as unknown as NewEvent;
      log.lines.push({ stream, event });
      now += 1_000;
      return log;
    },
    nowMs: () => now,
    skip(ms) {
      now += ms;
      return log;
    },
  };
  return log;
};

/** Appends to a store, one event a commit: the store checks each against its schema. */
export const createAppender = (store: EventStore) => {
  const revisions = new Map<string, number>();
  return async (lines: readonly Line[]): Promise<number> => {
    let position = 0;
    for (const { stream, event } of lines) {
      const expectedRevision = (revisions.get(stream) ?? 0) - 1;
      ({ position } = await store.commit([{ stream, expectedRevision, events: [event] }]));
      revisions.set(stream, expectedRevision + 2);
    }
    return position;
  };
};

export const storeOf = async (lines: readonly Line[]): Promise<EventStore> => {
  const store = openMemoryEventStore();
  await createAppender(store)(lines);
  return store;
};
