import { setTimeout as delay } from 'node:timers/promises';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { catalogue as domainCatalogue, type Catalogue, type EventRow } from './catalogue.ts';
import type { LogRecords } from '../ledger/port.ts';
import { StoreClosed, StoreOverloaded, StoreUnavailable } from './errors.ts';
import { uuidOf, type PlacedEvent } from './kurrentdbEvents.ts';
import { followLog } from './kurrentdbFollower.ts';
import { openOrder, type Order } from './kurrentdbOrder.ts';
import { recentRows } from './kurrentdbRecent.ts';
import { readerOf, within, type LogReader } from './kurrentdbServer.ts';
import { createWriter } from './kurrentdbWriter.ts';
import { checkPage, defaultPage } from './page.ts';
import type { Committed, EventStore, StoredEvent } from './port.ts';
import { prepare } from './prepare.ts';
import { createSubscriptions } from './subscriptions.ts';
import { maxQueuedSteps } from './writerClient.ts';

/** How long a server that is being started too may take until it answers. */
const openPatienceMs = 30_000;
const retryMs = 250;
/** Events that are counted in one go at the start. */
const eventsPerPage = 5_000;

export type KurrentEventStoreOptions = {
  /**
   * `kurrentdb://user:password@host:2113?tls=true`, or `kurrentdb+discover://…` for a cluster; or a connection that
   * others use too, which is theirs to close.
   */
  readonly server: string | KurrentDBClient;
  /** File of the numbers of the events (kurrentdbOrder.ts): of this process alone, made anew where it is lost. */
  readonly orderFile: string;
  /** What the names of this deployment's streams begin with; whatever else the database holds is not looked at. */
  readonly prefix?: string;
  readonly catalogue?: Catalogue;
};

export type KurrentEventStore = EventStore & {
  /** The log as it lies there, for the ledger. */
  readonly records: LogRecords;
};

/**
 * The event store of a cluster: KurrentDB by its own client (docs/adr/0011).
 * @throws {StoreUnavailable} if no server answers in time
 */
export async function openKurrentEventStore({
  server,
  orderFile,
  prefix = 'countersign.',
  catalogue = domainCatalogue,
}: KurrentEventStoreOptions): Promise<KurrentEventStore> {
  const client = typeof server === 'string' ? connect(server) : server;
  const reader = readerOf(client, prefix);
  const order = openOrder(orderFile);
  const recent = recentRows();
  let closed = false;
  const running = new Set<Promise<Committed>>();

  const rowsAfter = async (after: number, limit: number): Promise<readonly EventRow[]> => {
    const first = Math.max(after, 0) + 1;
    const count = Math.min(limit, (order.last()?.position ?? 0) - first + 1);
    if (count <= 0) return [];
    const kept = recent.from(first, count);
    if (kept) return kept;
    const place = order.placeOf(first);
    const events = place ? await reader.from(place, count) : [];
    if (events.length < count)
      throw new StoreUnavailable('KurrentDB holds fewer events than were counted');
    return events.map((event, index) => rowOf(event, first + index));
  };
  const read = async (after: number, limit: number): Promise<readonly StoredEvent[]> =>
    (await rowsAfter(after, limit)).map(catalogue.parse);
  /** A subscription outlives the server's absence. */
  const readPatiently = async (after: number, limit: number): Promise<readonly StoredEvent[]> => {
    for (;;) {
      if (closed) return [];
      try {
        return await read(after, limit);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await delay(retryMs);
      }
    }
  };
  const subscriptions = createSubscriptions(readPatiently);

  try {
    await forgetOtherLog(order, reader);
    await countOn(order, reader);
  } catch (error) {
    order.close();
    throw error;
  }
  const follower = followLog({
    client,
    prefix,
    order,
    onCounted(events, after) {
      recent.add(events.map((event, index) => rowOf(event, after + 1 + index)));
      subscriptions.wake();
    },
  });
  /** Waits until all that is on record now has been counted: whoever asks sees what others have written before. */
  const sync = async (): Promise<void> => {
    const newest = await reader.newest();
    if (newest) await within(follower.reached(newest.place.prepare));
  };
  const write = createWriter({ client, prefix, order, follower, reader, sync });
  const ensureOpen = (): void => {
    if (closed) throw new StoreClosed('the event store is closed');
  };

  const head = async (): Promise<number> => {
    ensureOpen();
    await sync();
    return order.last()?.position ?? 0;
  };
  const rowsOnRecord = async (after: number, limit: number): Promise<readonly EventRow[]> => {
    ensureOpen();
    if ((order.last()?.position ?? 0) < after + checkPage(limit)) await sync();
    return await rowsAfter(after, limit);
  };

  return {
    records: {
      after: rowsOnRecord,
      async byId(id) {
        const position = order.positionOf(id);
        return position === undefined ? undefined : (await rowsOnRecord(position - 1, 1))[0];
      },
      head,
      close: () => undefined,
    },
    async commit(appends) {
      ensureOpen();
      const step = prepare(appends, catalogue);
      if (running.size >= maxQueuedSteps)
        throw new StoreOverloaded(`${maxQueuedSteps} steps are waiting already`);
      const writing = write(step);
      running.add(writing);
      try {
        return await writing;
      } finally {
        running.delete(writing);
      }
    },
    async readStream(stream, from = 0, limit = defaultPage) {
      ensureOpen();
      const events = await reader.stream(stream, from, checkPage(limit));
      if (events.some(({ id }) => order.positionOf(id) === undefined)) await sync();
      return events.map((event) => catalogue.parse(rowOf(event, order.positionOf(event.id) ?? 0)));
    },
    async readAll(after, limit = defaultPage) {
      return (await rowsOnRecord(after, limit)).map(catalogue.parse);
    },
    head,
    subscribe(after, handler, onError) {
      ensureOpen();
      return subscriptions.add(after, handler, onError);
    },
    async close() {
      if (closed) return;
      closed = true;
      subscriptions.close();
      await Promise.allSettled(running);
      await follower.close();
      if (client !== server) await client.dispose();
      order.close();
    },
  };
}

/** @throws Error without the address, which holds a password */
function connect(url: string): KurrentDBClient {
  try {
    return KurrentDBClient.connectionString(url);
  } catch {
    throw new Error('the address of KurrentDB cannot be read; it begins with kurrentdb://');
  }
}

const rowOf = (
  { place: _place, attempt: _attempt, rest: _rest, ...event }: PlacedEvent,
  position: number,
): EventRow => ({ ...event, position });

/** Counts what is on record, in pages: a log that is counted for the first time is long, and this is the faster way. */
async function countOn(order: Order, reader: LogReader): Promise<void> {
  for (;;) {
    const last = order.last();
    const page = await reader.from(last, eventsPerPage);
    const more = last ? page.slice(1) : page;
    if (more.length === 0) return;
    order.add(more);
  }
}

/** Numbers that belong to another log, or to one that was put back to an earlier state, are forgotten. */
async function forgetOtherLog(order: Order, reader: LogReader): Promise<void> {
  const deadline = Date.now() + openPatienceMs;
  for (;;) {
    try {
      const last = order.last();
      const [found] = await (last
        ? reader.from(last, 1)
        : reader.newest().then((event) => [event]));
      const isSame = found && last?.prepare === found.place.prepare && last.id === uuidOf(found.id);
      if (last && !isSame) order.clear();
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || Date.now() > deadline) throw error;
      await delay(retryMs);
    }
  }
}
