import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { Snapshot, Views, ViewsDatabase } from './port.ts';
import { runApart } from './apart.ts';
import { shim } from './shim.ts';

const memory = ':memory:';
const busyTimeoutMs = 5_000;

type Files = { path: string; writer: DatabaseSync; reader: DatabaseSync };

/** NORMAL loses the last batches in a power cut and nothing else: the runner reads them again. */
const served = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536';
/** A file that is being built is worth nothing before the switch, which is what makes it durable. */
const built = 'PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536';

const openFiles = (path: string, pragmas: string): Files => {
  const writer = new DatabaseSync(path, { timeout: busyTimeoutMs });
  writer.exec(pragmas);
  if (path === memory) return { path, writer, reader: writer };
  return { path, writer, reader: new DatabaseSync(path, { timeout: busyTimeoutMs }) };
};

const closeFiles = ({ writer, reader }: Files): void => {
  if (reader !== writer) reader.close();
  writer.close();
};

const makeDurable = (path: string): void => {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const removeFiles = (path: string): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
};

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

/** SQLite shares no in-memory database between connections, so a snapshot of one is a copy. */
const copyTables = (from: DatabaseSync, to: DatabaseSync): void => {
  const tables = from.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table'");
  for (const { name, sql } of tables.all()) {
    to.exec(String(sql));
    const columns = from.prepare(`SELECT * FROM "${String(name)}"`).columns();
    const marks = columns.map(() => '?').join(', ');
    const insert = to.prepare(`INSERT INTO "${String(name)}" VALUES (${marks})`);
    for (const row of from.prepare(`SELECT * FROM "${String(name)}"`).iterate())
      insert.run(...Object.values(row));
  }
};

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
    async runLong(statements) {
      if (path === memory) for (const statement of statements) held.files.writer.exec(statement);
      else if (statements.length > 0) await runApart({ path, statements });
    },
    snapshot: async () => openSnapshot(held.files),
    async beside() {
      const next = path === memory ? memory : `${path}.next`;
      if (next !== memory) removeFiles(next);
      return openViews(next, built);
    },
    async switchTo(fresh) {
      const other = filesOf.get(fresh);
      if (!other) throw new TypeError('these views are not of this adapter');
      // From here to the end nothing waits, so no query can run in between.
      const old = held.files;
      if (path === memory) {
        held.files = other.files;
      } else {
        closeFiles(other.files);
        closeFiles(old);
        // What an outside reader may have kept open must not be replayed into the new file.
        for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
        makeDurable(other.files.path);
        renameSync(other.files.path, path);
        held.files = openFiles(path, served);
      }
      writing.swap(held.files.writer);
      if (reading !== writing) reading.swap(held.files.reader);
      if (path === memory) closeFiles(old);
      filesOf.delete(fresh);
    },
    async close() {
      if (filesOf.delete(views)) closeFiles(held.files);
    },
  };
  filesOf.set(views, held);
  return views;
};
