import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { Snapshot, Views, ViewsDatabase } from './port.ts';
import { runApart } from './apart.ts';
import { onlyCandidate } from './candidacy.ts';
import {
  built,
  busyTimeoutMs,
  closeFiles,
  copyTables,
  memory,
  openFiles,
  removeFiles,
  replaceFiles,
  served,
  type Files,
} from './files.ts';
import { shim } from './shim.ts';
import { sqliteUpsert } from './sqliteUpsert.ts';

const kysely = (database: ReturnType<typeof shim>): Kysely<ViewsDatabase> =>
  new Kysely<ViewsDatabase>({ dialect: new SqliteDialect({ database }) });

const openSnapshot = (files: Files): Snapshot => {
  if (files.path === memory) {
    const copy = new DatabaseSync(memory);
    copyTables(files.writer, copy);
    return { reader: kysely(shim(copy)), close: async () => copy.close() };
  }
  const frozen = new DatabaseSync(files.path, { timeout: busyTimeoutMs });
  // A read transaction keeps seeing the moment of its first read (WAL).
  frozen.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
  return { reader: kysely(shim(frozen)), close: async () => frozen.close() };
};

/** Measured by `npm run bench -- --only rebuild`. */
const eventsAtOnce = 250;

/** The views cannot be exchanged while another program reads them: its SQLite would harm the new file. */
export class ViewsInUse extends Error {
  override readonly name = 'ViewsInUse';
}

/** The files behind each open views object, for `switchTo`. */
const filesOf = new WeakMap<Views, { files: Files }>();

/**
 * Views in one SQLite file, or in memory for tests.
 * @param path a file (made where missing) or `:memory:`
 */
export const openSqliteViews = (path: string): Views => openViews(path, served);

const openViews = (path: string, pragmas: string): Views => {
  const held = { files: openFiles(path, pragmas) };
  const writing = shim(held.files.writer);
  const reading = path === memory ? writing : shim(held.files.reader);
  const writer = kysely(writing);
  const reader = path === memory ? writer : kysely(reading);

  const views: Views = {
    reader,
    writer,
    wholeNumber: 'integer',
    text: 'text',
    isShared: false,
    eventsAtOnce,
    candidate: onlyCandidate,
    announce: async () => undefined,
    tidy: async () => undefined,
    upsert: sqliteUpsert(),
    async runLong(statements) {
      if (path === memory) for (const statement of statements) held.files.writer.exec(statement);
      else if (statements.length > 0) await runApart({ path, statements });
    },
    snapshot: async () => openSnapshot(held.files),
    async forgetDeleted() {
      const done = held.files.writer.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      return done?.['busy'] === 0;
    },
    async beside() {
      const next = path === memory ? memory : `${path}.next`;
      if (next !== memory) removeFiles(next);
      return openViews(next, built);
    },
    async switchTo(fresh) {
      const other = filesOf.get(fresh);
      if (!other) throw new TypeError('these views are not of this adapter');
      // From here to the end nothing waits, so no query can run in between.
      try {
        held.files = replaceFiles(held.files, other.files, () => filesOf.delete(fresh));
      } catch (error) {
        held.files = openFiles(path, served); // A full or failing disk must not end the service.
        throw error;
      } finally {
        writing.swap(held.files.writer);
        if (reading !== writing) reading.swap(held.files.reader);
      }
      if (filesOf.has(fresh)) throw new ViewsInUse('another program has the views open');
    },
    async close() {
      if (filesOf.delete(views)) closeFiles(held.files);
    },
  };
  filesOf.set(views, held);
  return views;
};
