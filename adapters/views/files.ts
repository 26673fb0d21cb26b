import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

export const memory = ':memory:';
export const busyTimeoutMs = 5_000;

export type Files = { path: string; writer: DatabaseSync; reader: DatabaseSync };

/** Names and the like of an erased person must not linger in free pages (SEC-76). */
const clean = 'PRAGMA secure_delete = ON';
/** NORMAL loses the last batches in a power cut and nothing else: the runner reads them again. */
export const served = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; ${clean}`;
/** A file that is being built is worth nothing before the switch, which is what makes it durable. */
export const built = `PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; ${clean}`;

export const openFiles = (path: string, pragmas: string): Files => {
  const writer = new DatabaseSync(path, { timeout: busyTimeoutMs });
  writer.exec(pragmas);
  if (path === memory) return { path, writer, reader: writer };
  return { path, writer, reader: new DatabaseSync(path, { timeout: busyTimeoutMs }) };
};

export const closeFiles = ({ writer, reader }: Files): void => {
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

export const removeFiles = (path: string): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
};

/** SQLite shares no in-memory database between connections, so a snapshot of one is a copy. */
export const copyTables = (from: DatabaseSync, to: DatabaseSync): void => {
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

/**
 * Puts the file of `next` in the place of `old`.
 * @param onTaken called once nothing of `next` is left to close
 * @returns the files that serve from now on: the old ones where another program has them open, because a
 * connection that outlives the exchange would take the new file's journal for its own
 */
export const replaceFiles = (old: Files, next: Files, onTaken: () => void): Files => {
  if (old.path === memory) {
    onTaken();
    closeFiles(old);
    return next;
  }
  old.reader.close();
  const alone = isAlone(old.writer);
  old.writer.close();
  if (alone) {
    onTaken();
    closeFiles(next);
    makeDurable(next.path);
    renameSync(next.path, old.path);
  }
  return openFiles(old.path, served);
};

/** SQLite leaves WAL mode for a connection only if it is the last one; that also empties the journal. */
const isAlone = (writer: DatabaseSync): boolean => {
  try {
    writer.exec('PRAGMA busy_timeout = 0');
    return writer.prepare('PRAGMA journal_mode = DELETE').get()?.['journal_mode'] === 'delete';
  } catch {
    return false; // Locked, which is the answer.
  }
};
