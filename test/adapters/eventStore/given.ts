import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventMeta } from '../../../domain/events.ts';
import type {
  Append,
  EventStore,
  NewEvent,
  StoredEvent,
} from '../../../adapters/eventStore/port.ts';

export const meta: EventMeta = {
  at: '2026-01-01T00:00:00.000Z',
  actor: { kind: 'system', id: 'test' },
};

export const enabled = (id: string = randomUUID()): NewEvent => ({
  id,
  type: 'UserEnabled',
  data: {},
  meta,
});

export const ruleMatched = (rule: string, id: string = randomUUID()): NewEvent => ({
  id,
  type: 'AuthenticationRuleMatched',
  data: { rule },
  meta,
});

export const append = (
  stream: string,
  expectedRevision: number,
  ...events: NewEvent[]
): Append => ({ stream, expectedRevision, events: events.length > 0 ? events : [enabled()] });

/** A folder of its own for the time of a callback. */
export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The whole log, page by page. */
export async function everything(store: EventStore, page = 1_000): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const more = await store.readAll(events.at(-1)?.position ?? 0, page);
    if (more.length === 0) return events;
    events.push(...more);
  }
}

/** What a subscription has delivered, and a promise for the time when it has delivered enough. */
export function collect(store: EventStore, after: number) {
  const events: StoredEvent[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  const done = Promise.withResolvers<void>();
  let busy = false;
  const subscription = store.subscribe(
    after,
    async (batch) => {
      if (busy) throw new Error('two batches at once');
      busy = true;
      await Promise.resolve();
      events.push(...batch);
      busy = false;
      if (events.length >= wanted) done.resolve();
    },
    done.reject,
  );
  const until = (total: number): Promise<void> => {
    wanted = total;
    if (events.length >= total) done.resolve();
    return done.promise;
  };
  return { events, until, close: () => subscription.close() };
}

/** The numbers from, from + 1, … to. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
