import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { uuidOf, type Place, type PlacedEvent } from './kurrentdbEvents.ts';
import { numberOf } from './sqliteFile.ts';

/** The events that were counted, in order, and where each of them is. It may be lost: it is counted again. */
export type Order = {
  /** The newest event that was counted. */
  last(): (Place & { readonly position: number; readonly id: string }) | undefined;
  /** Counts on: the n-th event of the log has position n. All or none are kept. */
  add(events: readonly PlacedEvent[]): void;
  placeOf(position: number): Place | undefined;
  /** Position of the event with that id, if it was counted. */
  positionOf(id: string): number | undefined;
  /** Last revision that was counted of a stream, -1 for none. */
  revisionOf(stream: string): number;
  /** Forgets everything. */
  clear(): void;
  close(): void;
};

/** A table of another shape is thrown away and counted again. */
const schemaVersion = 1;
const schema = `
  DROP TABLE IF EXISTS places;
  DROP TABLE IF EXISTS streams;
  CREATE TABLE places (
    position INTEGER PRIMARY KEY,
    commit_at INTEGER NOT NULL,
    prepare_at INTEGER NOT NULL,
    id BLOB NOT NULL
  ) STRICT;
  CREATE INDEX places_id ON places (id);
  CREATE TABLE streams (name TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${schemaVersion};
`;

const bytesOf = (id: string): Buffer => Buffer.from(uuidOf(id).replaceAll('-', ''), 'hex');

/**
 * KurrentDB orders events by byte offsets with gaps; our positions are their ordinal numbers in that order. The order never
 * changes, so that everybody who counts gets the same numbers, and this file only saves counting again.
 * @param file `:memory:` for tests and trials
 */
export function openOrder(file: string): Order {
  if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600));
  const db = new DatabaseSync(file);
  // What a power cut takes away is counted again.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  if (numberOf(db.prepare('PRAGMA user_version').get()?.['user_version']) !== schemaVersion)
    db.exec(`BEGIN; ${schema} COMMIT`);
  const insert = db.prepare('INSERT INTO places VALUES (?, ?, ?, ?)');
  const remember = db.prepare('INSERT OR REPLACE INTO streams VALUES (?, ?)');
  const newest = db.prepare('SELECT * FROM places ORDER BY position DESC LIMIT 1');
  const place = db.prepare('SELECT commit_at, prepare_at FROM places WHERE position = ?');
  for (const statement of [newest, place]) statement.setReadBigInts(true);
  const byId = db.prepare('SELECT min(position) AS position FROM places WHERE id = ?');
  const revision = db.prepare('SELECT revision FROM streams WHERE name = ?');
  let last = readLast();

  function readLast(): ReturnType<Order['last']> {
    const row = newest.get();
    const { position, commit_at: commit, prepare_at: prepare, id } = row ?? {};
    if (typeof position !== 'bigint' || typeof commit !== 'bigint' || typeof prepare !== 'bigint')
      return undefined;
    const hex = id instanceof Uint8Array ? Buffer.from(id).toString('hex') : '';
    return { position: Number(position), commit, prepare, id: uuidOf(hex) };
  }

  return {
    last: () => last,
    add(events) {
      db.exec('BEGIN');
      try {
        let position = last?.position ?? 0;
        for (const { place: at, id, stream, revision: reached } of events) {
          position += 1;
          insert.run(position, at.commit, at.prepare, bytesOf(id));
          remember.run(stream, reached);
        }
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
      last = readLast();
    },
    placeOf(position) {
      const { commit_at: commit, prepare_at: prepare } = place.get(position) ?? {};
      return typeof commit === 'bigint' && typeof prepare === 'bigint'
        ? { commit, prepare }
        : undefined;
    },
    positionOf(id) {
      const found = byId.get(bytesOf(id))?.['position'];
      return typeof found === 'number' ? found : undefined;
    },
    revisionOf(stream) {
      const found = revision.get(stream)?.['revision'];
      return typeof found === 'number' ? found : -1;
    },
    clear() {
      db.exec('BEGIN; DELETE FROM places; DELETE FROM streams; COMMIT');
      last = undefined;
    },
    close: () => db.close(),
  };
}
