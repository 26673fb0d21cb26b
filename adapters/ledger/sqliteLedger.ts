import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { TreeHash } from '../../domain/ledger/merkle.ts';
import type { KeptCheckpoint, LedgerKey, LedgerStore } from './port.ts';
import { createTiles, tileSchema } from './tiles.ts';

const busyTimeoutMs = 5_000;
/** A file with restorations is not for older programs: what they would sign in it is on no line of the log. */
const [schemaVersion, restoredVersion] = [1, 2];
const schema = `
  ${tileSchema}
  CREATE TABLE IF NOT EXISTS checkpoints (
    number INTEGER PRIMARY KEY AUTOINCREMENT, size INTEGER NOT NULL, note TEXT NOT NULL,
    void INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS anchored (
    place TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (place, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS keys (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key_id TEXT NOT NULL UNIQUE, verifier TEXT NOT NULL, endorsement TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS breaks (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;
const restorationSchema = `
  CREATE TABLE IF NOT EXISTS restorations (
    number INTEGER PRIMARY KEY AUTOINCREMENT, note TEXT NOT NULL UNIQUE
  ) STRICT;
  PRAGMA user_version = ${restoredVersion};
`;

type Row = Readonly<Record<string, SQLOutputValue>>;

const checkpointOf = (row: Row): KeptCheckpoint => ({
  number: Number(row['number']),
  size: Number(row['size']),
  note: String(row['note']),
  isVoid: row['void'] === 1,
});
const keyOf = (row: Row): LedgerKey => ({
  keyId: String(row['key_id']),
  verifier: String(row['verifier']),
  ...(typeof row['endorsement'] === 'string' ? { endorsement: row['endorsement'] } : {}),
});

/**
 * The ledger's file beside the log's. One process writes it at a time; `readOnly` opens it for a verifier, which fails where
 * it is not there.
 * @throws Error if a newer version of the program made the file
 */
export const openSqliteLedger = (
  file: string,
  hash: TreeHash,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): LedgerStore => {
  if (!readOnly) closeSync(openSync(file, 'a', 0o600));
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly });
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > restoredVersion) {
    db.close();
    throw new Error(`${file} was made by a newer version (${version} > ${restoredVersion})`);
  }
  if (!readOnly) {
    // What a power cut takes is hashed again from the log, and checkpoints are in the anchors too.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    db.exec(`${schema} PRAGMA user_version = ${Math.max(version, schemaVersion)}`);
  }
  let isRestored = version === restoredVersion;
  const tiles = createTiles(db, hash);
  const checkpoints = db.prepare(
    'SELECT number, size, note, void FROM checkpoints ORDER BY number',
  );
  const keys = db.prepare('SELECT key_id, verifier, endorsement FROM keys ORDER BY number');

  const together = <T>(work: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      tiles.forget();
      throw error;
    }
  };

  return {
    size: tiles.size,
    leaf: tiles.leaf,
    node: tiles.node,
    append: (leaves) => together(() => tiles.append(leaves)),
    cut: (size) =>
      together(() => {
        tiles.cut(size);
        db.prepare('UPDATE checkpoints SET void = 1 WHERE size > ?').run(size);
      }),
    keep({ size, note }) {
      const { lastInsertRowid } = db
        .prepare('INSERT INTO checkpoints (size, note) VALUES (?, ?)')
        .run(size, note);
      return { number: Number(lastInsertRowid), size, note, isVoid: false };
    },
    checkpoints: () => checkpoints.all().map(checkpointOf),
    unanchored: (place, limit) =>
      db
        .prepare(
          `SELECT number, size, note, void FROM checkpoints
           WHERE number NOT IN (SELECT number FROM anchored WHERE place = ?) ORDER BY number LIMIT ?`,
        )
        .all(place, limit)
        .map(checkpointOf),
    markAnchored(place, number) {
      db.prepare('INSERT OR IGNORE INTO anchored (place, number) VALUES (?, ?)').run(place, number);
    },
    keys: () => keys.all().map(keyOf),
    addKey({ keyId, verifier, endorsement }) {
      // The old key's word for a new one is nowhere else, and cannot be had again.
      db.exec('PRAGMA synchronous = FULL');
      db.prepare('INSERT INTO keys (key_id, verifier, endorsement) VALUES (?, ?, ?)').run(
        keyId,
        verifier,
        endorsement ?? null,
      );
      db.exec('PRAGMA synchronous = NORMAL');
    },
    restorations: () =>
      isRestored
        ? db
            .prepare('SELECT note FROM restorations ORDER BY number')
            .all()
            .map(({ note }) => String(note))
        : [],
    addRestoration: (note) =>
      together(() => {
        db.exec(restorationSchema);
        db.prepare('INSERT INTO restorations (note) VALUES (?)').run(note);
        isRestored = true;
      }),
    knowsBreak: (name) =>
      db.prepare('SELECT 1 AS found FROM breaks WHERE name = ?').get(name) !== undefined,
    noteBreak(name) {
      db.prepare('INSERT OR IGNORE INTO breaks (name) VALUES (?)').run(name);
    },
    close: () => db.close(),
  };
};
