import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { KeyOwner } from '../../domain/sealed.ts';
import { decrypt, deriveKey, encrypt, keyBytes, type Binding } from './gcm.ts';

const busyTimeoutMs = 5_000;
const keyIdBytes = 12;
/** Of an id in base64url. */
export const keyIdLength = 16;

export type DataKey = {
  readonly id: string;
  readonly owner: string;
  /** Counts from 1; the highest one seals, all of them open. */
  readonly version: number;
  readonly key: Buffer;
  /** Values sealed with it so far, as far as this process knows. */
  seals: number;
};

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
  CREATE TABLE IF NOT EXISTS master_key (id INTEGER PRIMARY KEY CHECK (id = 1), mark TEXT NOT NULL) STRICT;
`;

const heldBinding = (owner: string, id: string): Binding => ['held key', owner, id];
const binding = (owner: string, version: number, id: string): Binding => [
  'data key',
  owner,
  version,
  id,
];

const ownersIn = (rows: readonly Record<string, SQLOutputValue>[]): readonly string[] =>
  rows.map((row) => String(row['owner']));

/**
 * Data keys on disk, wrapped under the master key. The table is small, apart from the log, and changes:
 * erasing a person deletes rows here and leaves the log as it is.
 * @throws Error if the file was made with another master key
 */
export function openKeyTable(file: string, masterKey: Uint8Array) {
  const wrapping = deriveKey(masterKey, 'wrap data keys');
  const mark = deriveKey(masterKey, 'recognise the master key').toString('hex');
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
  transaction(() => {
    db.exec(schema);
    db.prepare('INSERT INTO master_key VALUES (1, ?) ON CONFLICT DO NOTHING').run(mark);
  });
  if (db.prepare('SELECT mark FROM master_key').get()?.['mark'] !== mark) {
    db.close();
    throw new Error(`${file} was made with another master key`);
  }

  const byId = db.prepare('SELECT * FROM data_keys WHERE id = ?');
  const current = db.prepare(
    'SELECT * FROM data_keys WHERE owner = ? ORDER BY version DESC LIMIT 1',
  );
  const insert = db.prepare(
    'INSERT INTO data_keys (id, owner, version, wrapped) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const add = db.prepare('UPDATE data_keys SET seals = seals + ? WHERE id = ?');
  const tombstone = db.prepare('SELECT 1 FROM erased WHERE owner = ?');
  const dataVersion = db.prepare('PRAGMA data_version');

  const unwrap = (row: Record<string, SQLOutputValue> | undefined): DataKey | undefined => {
    if (!row) return undefined;
    const { id, owner, version, wrapped, seals } = row;
    if (
      typeof id !== 'string' ||
      typeof owner !== 'string' ||
      typeof version !== 'number' ||
      typeof seals !== 'number' ||
      !(wrapped instanceof Uint8Array)
    )
      throw new TypeError('unexpected row in the key table');
    const key = decrypt(wrapping, binding(owner, version, id), wrapped);
    return { id, owner, version, key, seals };
  };
  const isErased = (owner: string): boolean => tombstone.get(owner) !== undefined;
  const bury = db.prepare('INSERT INTO erased VALUES (?, ?) ON CONFLICT DO NOTHING');
  const keep = db.prepare('INSERT INTO held_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const held = db.prepare('SELECT owner, wrapped FROM held_keys WHERE id = ?');
  const create = (owner: KeyOwner, version: number): void => {
    const id = randomBytes(keyIdBytes).toString('base64url');
    const wrapped = encrypt(wrapping, binding(owner, version, id), randomBytes(keyBytes));
    insert.run(id, owner, version, wrapped);
  };

  return {
    find: (id: string) => unwrap(byId.get(id)),
    current: (owner: string) => unwrap(current.get(owner)),
    isErased,
    /** Makes a version of each owner's key, unless it exists by now or the owner is erased; one commit. */
    create: (wanted: Iterable<readonly [KeyOwner, number]>) =>
      transaction(() => {
        for (const [owner, version] of wanted) if (!isErased(owner)) create(owner, version);
      }),
    /** Adds to the counts of seals by key id; one commit. */
    count: (seals: Iterable<readonly [string, number]>) =>
      transaction(() => {
        for (const [id, more] of seals) add.run(more, id);
      }),
    destroy(owner: KeyOwner, at: string): void {
      transaction(() => {
        db.prepare('DELETE FROM data_keys WHERE owner = ?').run(owner);
        db.prepare('DELETE FROM held_keys WHERE owner = ?').run(owner);
        bury.run(owner, at);
      });
    },
    /** All versions of an owner's key. */
    versions: (owner: string): readonly DataKey[] =>
      db
        .prepare('SELECT * FROM data_keys WHERE owner = ? ORDER BY version')
        .all(owner)
        .map((row) => unwrap(row)!),
    /** Owners whose name begins so. */
    owners: (prefix: string) =>
      ownersIn(
        db
          .prepare('SELECT DISTINCT owner FROM data_keys WHERE substr(owner, 1, ?) = ? ORDER BY 1')
          .all(prefix.length, prefix),
      ),
    /** Deletes keys and keeps what was made of them for owners on hold; one commit. */
    expire(
      ids: readonly string[],
      kept: readonly { readonly id: string; readonly owner: string; readonly key: Buffer }[],
      at: string,
    ): void {
      transaction(() => {
        for (const { id, owner, key } of kept)
          keep.run(id, owner, encrypt(wrapping, heldBinding(owner, id), key));
        for (const id of ids) {
          db.prepare('DELETE FROM data_keys WHERE id = ?').run(id);
          bury.run(`key:${id}`, at);
        }
      });
    },
    findHeld(id: string): Buffer | undefined {
      const { owner, wrapped } = held.get(id) ?? {};
      return typeof owner === 'string' && wrapped instanceof Uint8Array
        ? decrypt(wrapping, heldBinding(owner, id), wrapped)
        : undefined;
    },
    heldOwners: () => ownersIn(db.prepare('SELECT DISTINCT owner FROM held_keys ORDER BY 1').all()),
    release: (owner: string) =>
      transaction(() => void db.prepare('DELETE FROM held_keys WHERE owner = ?').run(owner)),
    /** A number that differs after every commit of another process. */
    foreignChanges: () => dataVersion.get()?.['data_version'],
    close: () => db.close(),
  };
}
