import { randomBytes } from 'node:crypto';
import type { SQLOutputValue } from 'node:sqlite';
import type { KeyOwner } from '../../domain/sealed.ts';
import { keyBytes } from './gcm.ts';
import { heldBinding, keyBinding, openKeyDatabase } from './keyDatabase.ts';
import type { MasterKeys } from './masters.ts';

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

const ownersIn = (rows: readonly Record<string, SQLOutputValue>[]): readonly string[] =>
  rows.map((row) => String(row['owner']));

/**
 * Data keys on disk, wrapped under the master key.
 * @throws Error if the file was made with another master key
 */
export function openKeyTable(file: string, keysOf: MasterKeys) {
  const { db, masters, transaction } = openKeyDatabase(file, keysOf);

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
    const key = masters.unwrap(keyBinding(owner, version, id), wrapped);
    return { id, owner, version, key, seals };
  };
  const isErased = (owner: string): boolean => tombstone.get(owner) !== undefined;
  const bury = db.prepare('INSERT INTO erased VALUES (?, ?) ON CONFLICT DO NOTHING');
  const keep = db.prepare('INSERT INTO held_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const held = db.prepare('SELECT owner, wrapped FROM held_keys WHERE id = ?');
  const create = (owner: KeyOwner, version: number): void => {
    const id = randomBytes(keyIdBytes).toString('base64url');
    const wrapped = masters.wrap(keyBinding(owner, version, id), randomBytes(keyBytes));
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
          keep.run(id, owner, masters.wrap(heldBinding(owner, id), key));
        for (const id of ids) {
          db.prepare('DELETE FROM data_keys WHERE id = ?').run(id);
          bury.run(`key:${id}`, at);
        }
      });
    },
    findHeld(id: string): Buffer | undefined {
      const { owner, wrapped } = held.get(id) ?? {};
      return typeof owner === 'string' && wrapped instanceof Uint8Array
        ? masters.unwrap(heldBinding(owner, id), wrapped)
        : undefined;
    },
    heldOwners: () => ownersIn(db.prepare('SELECT DISTINCT owner FROM held_keys ORDER BY 1').all()),
    release: (owner: string) =>
      transaction(() => void db.prepare('DELETE FROM held_keys WHERE owner = ?').run(owner)),
    /** What keyed hashes and payloads are made of, newest first. */
    roots: () => masters.roots(),
    /** A number that differs after every commit of another process. */
    foreignChanges: () => dataVersion.get()?.['data_version'],
    close: () => db.close(),
  };
}
