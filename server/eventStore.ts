import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '../adapters/eventStore/port.ts';
import { openKurrentLog, type KurrentPlace } from '../adapters/eventStore/kurrentdbLog.ts';
import { openSqliteEventStore } from '../adapters/eventStore/sqlite.ts';
import { openSqliteRecords } from '../adapters/eventStore/sqliteRecords.ts';
import type { LogRecords } from '../adapters/ledger/port.ts';
import type { DataLayout } from '../runtime/dataFolder.ts';

/** Where the log is: in the data folder, unless a KurrentDB is named, which all nodes share. */
export type EventsPlace = Partial<KurrentPlace>;

/**
 * The log, and its records as they are kept, for the ledger.
 * @throws Error where the data folder belongs to another log: its views and keys would fit neither
 */
export const openEvents = async ({
  layout,
  node,
  eventsUrl,
  eventsPrefix,
}: EventsPlace & {
  readonly layout: DataLayout;
  readonly node?: string;
}): Promise<{ readonly events: EventStore; readonly records: LogRecords }> => {
  const first = join(layout.store, 'positions.db');
  if (eventsUrl === undefined) {
    if (existsSync(first))
      throw new Error(`${layout.root} belongs to a log in KurrentDB: give its address by --events`);
    const events = await openSqliteEventStore({ file: layout.events });
    return { events, records: openSqliteRecords(layout.events) };
  }
  if (existsSync(layout.events))
    throw new Error(`${layout.root} has a log of its own: choose another --data for --events`);
  const orderFile = node === undefined ? first : join(layout.store, `positions-${node}.db`);
  const events = await openKurrentLog({ eventsUrl, eventsPrefix }, orderFile);
  return { events, records: events.records };
};
