import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a writer waits for another process's commit. */
const busyTimeoutMs = 5_000;
const openTries = 50;
const openRetryMs = 50;
const schemaVersion = 1;

/**
 * `position` never has a gap: only committed rows take a number, one writer at a time. The triggers keep
 * what is on record as it is (SEC-82); the third is there because INSERT OR REPLACE deletes without
 * asking the second.
 */
const schema = `
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 0),
    type TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    data TEXT NOT NULL,
    meta TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS events_refuse_update BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER IF NOT EXISTS events_refuse_delete BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
  CREATE TRIGGER IF NOT EXISTS events_refuse_replace BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
      OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND revision = NEW.revision)
      OR EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
    BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END;
  PRAGMA user_version = ${schemaVersion};
`;

/** A connection that waits for others and whose commits are on disk when they return (REL-12). */
export function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs });
  db.exec('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
  return db;
}

/**
 * Makes the file and its table where they are missing; several processes may do so at once.
 * @throws Error if a newer version of the program made the file
 */
export async function createFile(file: string): Promise<void> {
  // SQLite gives its write-ahead log the rights of the file itself.
  closeSync(openSync(file, 'a', 0o600));
  for (let tries = 1; ; tries++) {
    const db = connect(file);
    try {
      createTable(db, file);
      return;
    } catch (error) {
      // The switch to WAL does not wait for others as everything else does.
      if (!isBusy(error) || tries === openTries) throw error;
    } finally {
      db.close();
    }
    await delay(openRetryMs);
  }
}

function createTable(db: DatabaseSync, file: string): void {
  db.exec('PRAGMA journal_mode = WAL');
  const found = numberOf(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (found > schemaVersion)
    throw new Error(`${file} was made by a newer version (${found} > ${schemaVersion})`);
  if (found === schemaVersion) return;
  db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`);
}

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const busyCode = 5;
const constraintCode = 19;

const isCode = (error: unknown, code: number): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  (error.errcode & 0xff) === code;

export const isBusy = (error: unknown): boolean => isCode(error, busyCode);
export const isConstraint = (error: unknown): boolean => isCode(error, constraintCode);

/** A column that holds a number. */
export function numberOf(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number') throw new TypeError('expected a number in the database');
  return value;
}

/** A column that holds a text. */
export function textOf(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError('expected a text in the database');
  return value;
}
