import type { EventStore, StoredEvent } from '../../adapters/eventStore/port.ts';
import type { AuditLineRow, ViewsFeed } from '../../adapters/views/port.ts';
import { dottedType, wantsType } from '../../domain/delivery.ts';
import { present } from '../../domain/present.ts';
import type { EventFilter, EventQueries, EventView } from '../facade/events.ts';
import { showAuditLines } from './auditLines.ts';
import { placeIn } from './audit.ts';
import type { QueryContext } from './context.ts';
import { tellsOfErased, withoutTyped } from './erasedTexts.ts';
import { userIdsNamed } from './names.ts';
import { maxPageRows, pageLimit, pageOf, placeOf } from './paging.ts';
import { shownData } from './redact.ts';

/** Events of one batch of a stream; no more than that is in memory for one reader. */
const followRows = 100;
/** How often a stream says that it is alive. */
const idleMs = 10_000;
/** How often the views are looked at where nobody says that they have moved. */
const lookEveryMs = 1_000;
/** Events read from the log at a time, where hits lie close together. */
const maxSpan = maxPageRows;

type Options = {
  readonly context: QueryContext;
  readonly events: Pick<EventStore, 'readAll' | 'head'>;
  readonly feed: ViewsFeed;
  /** Every type that the log can hold, by its stored name. */
  readonly types: readonly string[];
};

/** The log event by event, from the audit view: the view finds, the log itself tells. */
export const eventQueries = ({ context, events, feed, types }: Options): EventQueries => {
  const { reader } = context;

  const typesOf = (wanted: readonly string[]): readonly string[] =>
    types.filter((type) => wanted.includes(type) || wantsType(wanted, dottedType(type)));

  /** Rows that fit, after a position, oldest first. */
  const find = async (filter: EventFilter, after: number, limit: number) => {
    let query = reader.selectFrom('audit').selectAll().where('position', '>', after);
    if (filter.upTo !== undefined) query = query.where('position', '<=', filter.upTo);
    if (filter.types !== undefined) {
      const names = typesOf(filter.types);
      if (names.length === 0) return [];
      query = query.where('type', 'in', [...names]);
    }
    if (filter.username !== undefined) {
      const userIds = await userIdsNamed(context, filter.username);
      if (userIds.length === 0) return [];
      query = query.where('userId', 'in', userIds);
    }
    if (filter.stream !== undefined) query = query.where('stream', '=', filter.stream);
    if (filter.requestId !== undefined) query = query.where('requestId', '=', filter.requestId);
    if (filter.correlationId !== undefined)
      query = query.where('correlationId', '=', filter.correlationId);
    if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
    if (filter.to !== undefined) query = query.where('at', '<', filter.to);
    return await query.orderBy('position').limit(limit).execute();
  };

  const show = async (rows: readonly AuditLineRow[]): Promise<readonly EventView[]> => {
    const lines = await showAuditLines(context, rows);
    const stored = await storedEvents(events, rows);
    return await Promise.all(
      rows.map(async (row, index): Promise<EventView> => {
        const { position, type, userId } = row;
        const event = stored.get(position);
        if (!event) throw new TypeError(`the log has no event at position ${position}`);
        const { meta } = event;
        const data = await shownData(event, placeIn(event, { userId }), context.secrets);
        return {
          ...lines[index]!,
          eventId: event.id,
          type: dottedType(type),
          storedType: type,
          version: event.version,
          stream: event.stream,
          revision: event.revision,
          recordedAt: event.recordedAt,
          actorKind: row.actorKind,
          actorId: row.actorId,
          ...present({
            userId: userId ?? undefined,
            correlationId: meta.correlationId,
            causationId: meta.causationId,
            workflowId: meta.workflowId,
          }),
          data: tellsOfErased(row, lines[index]!.subject) ? withoutTyped(data) : data,
        };
      }),
    );
  };

  return {
    async listEvents(filter, paging) {
      const place = placeOf(paging, 'number');
      const after = place === undefined ? (filter.after ?? 0) : Number(place[0]);
      const rows = await find(filter, after, pageLimit(paging) + 1);
      return await pageOf(rows, paging, ({ position }) => [position], show);
    },

    async getEvent(position) {
      const [row] = await find({ upTo: position }, position - 1, 1);
      return row && (await show([row]))[0];
    },

    async *followEvents(filter, signal) {
      const news = newsOf(feed, signal);
      let position = filter.after ?? 0;
      let quietSince = performance.now();
      try {
        while (!signal.aborted) {
          news.heard();
          // Whatever lies before this and does not fit now never will.
          const reached = feed.status().position;
          const rows = await find(filter, position, followRows);
          if (rows.length < followRows) position = Math.max(position, reached);
          position = Math.max(position, rows.at(-1)?.position ?? 0);
          if (rows.length > 0 || performance.now() - quietSince >= idleMs) {
            yield await show(rows);
            quietSince = performance.now();
          }
          if (rows.length < followRows) await news.next();
        }
      } finally {
        news.stop();
      }
    },

    newestPosition: () => events.head(),
  };
};

/** The events behind rows that lie in the order of their positions. */
const storedEvents = async (
  events: Pick<EventStore, 'readAll'>,
  rows: readonly AuditLineRow[],
): Promise<ReadonlyMap<number, StoredEvent>> => {
  const found = new Map<number, StoredEvent>();
  for (const [index, { position }] of rows.entries()) {
    if (found.has(position)) continue;
    const left = rows.length - index;
    const isDense = rows.at(-1)!.position - position < 4 * left;
    const span = isDense ? Math.min(maxSpan, rows.at(-1)!.position - position + 1) : 1;
    for (const event of await events.readAll(position - 1, span)) found.set(event.position, event);
  }
  return found;
};

/** Wakes a reader when the views have moved, a while has passed, or the reader goes away. */
const newsOf = (feed: ViewsFeed, signal: AbortSignal) => {
  let isNew = false;
  let wake: (() => void) | undefined;
  const tell = (): void => {
    isNew = true;
    wake?.();
  };
  const unsubscribe = feed.onApplied(tell);
  signal.addEventListener('abort', tell);
  return {
    /** What is told from here on is news again. */
    heard: () => void (isNew = false),
    next: async (): Promise<void> => {
      if (isNew) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, lookEveryMs);
      });
      clearTimeout(timer);
      wake = undefined;
    },
    stop: () => {
      unsubscribe();
      signal.removeEventListener('abort', tell);
    },
  };
};
