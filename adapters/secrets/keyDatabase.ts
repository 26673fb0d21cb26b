import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Binding } from './gcm.ts';
import { MasterKeyMissing, mastersSchema, openMasters, settleMasters } from './masters.ts';
import type { MasterKeys, Masters } from './masters.ts';

const busyTimeoutMs = 5_000;

/**
 * `erased` is the tombstone of an owner: without it, sealing for that owner again would make a new key. That of a single
 * key, `key:<id>`, says that its period has expired, while a clock that goes wrong may seal in that period again.
 * `held_keys` are what expired periods made of the keys of owners on hold (periodKeys.ts).
 */
const schema = `
  CREATE TABLE IF NOT EXISTS data_keys (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    wrapped BLOB NOT NULL,
    seals INTEGER NOT NULL DEFAULT 0,
    UNIQUE (owner, version)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS erased (owner TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS held_keys (id TEXT PRIMARY KEY, owner TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
  ${mastersSchema}
`;

export const heldBinding = (owner: string, id: string): Binding => ['held key', owner, id];
export const keyBinding = (owner: string, version: number, id: string): Binding => [
  'data key',
  owner,
  version,
  id,
];

export type KeyDatabase = {
  readonly db: DatabaseSync;
  readonly masters: Masters;
  /** One commit. */
  readonly transaction: <T>(run: () => T) => T;
};

/**
 * The file of the data keys. It is small, apart from the log, and changes: erasing a person deletes rows here and leaves the
 * log as it is.
 * @throws Error if the file was made with another master key
 */
export const openKeyDatabase = (file: string, keysOf: MasterKeys): KeyDatabase => {
  // SQLite gives its journals the rights of the file itself.
  closeSync(openSync(file, 'a', 0o600));
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs });
  // A destroyed key must not linger: secure_delete overwrites it in its page, and there is no write-ahead
  // log that would keep older pages.
  db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  const transaction = <T>(run: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = run();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };
  try {
    transaction(() => {
      db.exec(schema);
      settleMasters(db, keysOf, new Date().toISOString());
    });
    const masters = openMasters(db, keysOf);
    masters.check();
    return { db, masters, transaction };
  } catch (error) {
    db.close();
    if (!(error instanceof MasterKeyMissing)) throw error;
    throw new Error(`${file} was made with another master key`, { cause: error });
  }
};
