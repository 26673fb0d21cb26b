import { Worker } from 'node:worker_threads';
import { catalogue as domainCatalogue, type Catalogue } from './catalogue.ts';
import { StoreClosed } from './errors.ts';
import { checkPage, defaultPage } from './page.ts';
import type { EventStore, StoredEvent } from './port.ts';
import { prepare } from './prepare.ts';
import { connect, createFile, numberOf } from './sqliteFile.ts';
import { eventQuery } from './sqliteRow.ts';
import type { WriterData } from './sqliteWriter.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createWriterClient } from './writerClient.ts';

/** How often subscribers look for what other processes have appended. */
const pollMs = 25;

export type SqliteEventStoreOptions = {
  readonly file: string;
  readonly catalogue?: Catalogue;
  /** Starts the writer's thread; tests hand in their own to end it. */
  readonly spawn?: (data: WriterData) => Worker;
};

const spawnWriter = (data: WriterData): Worker =>
  // The flags of this process's own start, such as --input-type, are not meant for the writer's.
  new Worker(new URL('./sqliteWriter.ts', import.meta.url), { workerData: data, execArgv: [] });

/**
 * The embedded event store: one SQLite file that several processes may have open at once.
 * @throws Error if the file cannot be opened or is of a newer version
 */
export async function openSqliteEventStore({
  file,
  catalogue = domainCatalogue,
  spawn = spawnWriter,
}: SqliteEventStoreOptions): Promise<EventStore> {
  await createFile(file);
  const reader = openReader(file, catalogue);
  const subscriptions = createSubscriptions(reader.all);
  const writer = createWriterClient(() => spawn({ file }), subscriptions.wake);
  let poll: NodeJS.Timeout | undefined;
  let closed = false;

  const stopPolling = (): void => {
    clearInterval(poll);
    poll = undefined;
  };
  const look = (): void => {
    if (subscriptions.isEmpty()) stopPolling();
    else if (isNews()) subscriptions.wake();
  };
  const isNews = (): boolean => {
    try {
      return reader.changed();
    } catch {
      // The subscriptions meet the same fault when they read, and have somebody to tell.
      return true;
    }
  };
  const ensureOpen = (): void => {
    if (closed) throw new StoreClosed('the event store is closed');
  };

  return {
    async commit(appends) {
      ensureOpen();
      return writer.write(prepare(appends, catalogue));
    },
    async readStream(stream, from = 0, limit = defaultPage) {
      ensureOpen();
      return reader.stream(stream, from, checkPage(limit));
    },
    async readAll(after, limit = defaultPage) {
      ensureOpen();
      return reader.all(after, checkPage(limit));
    },
    async head() {
      ensureOpen();
      return reader.head();
    },
    subscribe(after, handler, onError) {
      ensureOpen();
      poll ??= setInterval(look, pollMs);
      return subscriptions.add(after, handler, onError);
    },
    async close() {
      if (!closed) {
        closed = true;
        stopPolling();
        subscriptions.close();
        reader.close();
      }
      await writer.close();
    },
  };
}

function openReader(file: string, catalogue: Catalogue) {
  const db = connect(file);
  db.exec('PRAGMA query_only = ON');
  const all = eventQuery(db, 'WHERE position > ? ORDER BY position LIMIT ?');
  const ofStream = eventQuery(db, 'WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?');
  const newest = db.prepare('SELECT coalesce(max(position), 0) AS position FROM events');
  const version = db.prepare('PRAGMA data_version');
  let seen = dataVersion();

  function dataVersion(): number {
    return numberOf(version.get()?.['data_version']);
  }
  return {
    all: (after: number, limit: number): readonly StoredEvent[] =>
      all(after, limit).map(catalogue.parse),
    stream: (stream: string, from: number, limit: number): readonly StoredEvent[] =>
      ofStream(stream, from, limit).map(catalogue.parse),
    head: () => numberOf(newest.get()?.['position']),
    /** True once after each commit of any other connection, the writer's included. */
    changed() {
      const now = dataVersion();
      const changed = now !== seen;
      seen = now;
      return changed;
    },
    close: () => db.close(),
  };
}
