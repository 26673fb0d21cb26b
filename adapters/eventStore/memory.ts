import { catalogue as domainCatalogue, type Catalogue, type EventRow } from './catalogue.ts';
import { EventIdTaken, StoreClosed } from './errors.ts';
import { checkPage, defaultPage } from './page.ts';
import { WrongExpectedRevision, type Committed, type EventStore } from './port.ts';
import { prepare, type Step } from './prepare.ts';
import { createSubscriptions } from './subscriptions.ts';

/** The same port without a disk, for tests and trials. Rows are kept as text, so nothing is shared. */
export function openMemoryEventStore(catalogue: Catalogue = domainCatalogue): EventStore {
  const log: EventRow[] = [];
  const streams = new Map<string, EventRow[]>();
  const byId = new Map<string, EventRow>();
  let closed = false;

  const read = (after: number, limit: number) => {
    const start = Math.max(after, 0);
    return log.slice(start, start + limit).map(catalogue.parse);
  };
  const subscriptions = createSubscriptions(read);
  const ensureOpen = (): void => {
    if (closed) throw new StoreClosed('the event store is closed');
  };

  const repeatOf = (step: Step): Committed | undefined => {
    const rows = step.flatMap(({ events }) => events.map(({ id }) => byId.get(id)));
    if (!rows[0]) return undefined;
    return { position: Math.max(...rows.map((row) => row?.position ?? 0)), repeated: true };
  };

  /** All rows of a step, or an error with nothing kept. */
  const rowsOf = (step: Step): EventRow[] => {
    const recordedAt = new Date().toISOString();
    const rows: EventRow[] = [];
    for (const { stream, expectedRevision, events } of step) {
      const earlier = rows.filter((row) => row.stream === stream).length;
      const actual = (streams.get(stream)?.length ?? 0) + earlier - 1;
      if (actual !== expectedRevision)
        throw new WrongExpectedRevision(stream, expectedRevision, actual);
      for (const [index, event] of events.entries()) {
        if (byId.has(event.id)) throw new EventIdTaken(event.id);
        const position = log.length + rows.length + 1;
        const revision = expectedRevision + 1 + index;
        rows.push({ ...event, stream, revision, position, recordedAt });
      }
    }
    return rows;
  };

  return {
    async commit(appends) {
      ensureOpen();
      const step = prepare(appends, catalogue);
      const repeat = repeatOf(step);
      if (repeat) return repeat;
      for (const row of rowsOf(step)) {
        log.push(row);
        byId.set(row.id, row);
        const stream = streams.get(row.stream);
        if (stream) stream.push(row);
        else streams.set(row.stream, [row]);
      }
      subscriptions.wake();
      return { position: log.length, repeated: false };
    },
    async readStream(stream, from = 0, limit = defaultPage) {
      ensureOpen();
      const start = Math.max(from, 0);
      const rows = (streams.get(stream) ?? []).slice(start, start + checkPage(limit));
      return rows.map(catalogue.parse);
    },
    async readAll(after, limit = defaultPage) {
      ensureOpen();
      return read(after, checkPage(limit));
    },
    async head() {
      ensureOpen();
      return log.length;
    },
    subscribe(after, handler, onError) {
      ensureOpen();
      return subscriptions.add(after, handler, onError);
    },
    async close() {
      closed = true;
      subscriptions.close();
    },
  };
}
