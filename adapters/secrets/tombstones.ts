import { DatabaseSync } from 'node:sqlite';
import { MasterKeyMissing, markOf, mastersSchema, openMasters, settleMasters } from './masters.ts';

/* Key tables of backups: whose keys were destroyed since, and how that is brought to them. */

const busyTimeoutMs = 5_000;

const open = <T>(file: string, readOnly: boolean, work: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly });
  try {
    return work(db);
  } finally {
    db.close();
  }
};

/**
 * The first root of a key table, which proves whatever is kept beside the data.
 * @returns undefined where a master key that the table needs is not among those given
 */
export const rootIn = (file: string, masterKeys: readonly Uint8Array[]): Uint8Array | undefined =>
  open(file, true, (db) => {
    if (!hasTable(db, 'masters')) {
      const mark = db.prepare('SELECT mark FROM master_key').get()?.['mark'];
      return masterKeys.find((key) => markOf(key) === mark);
    }
    try {
      const masters = openMasters(db, () => masterKeys);
      masters.check();
      return masters.roots().at(-1);
    } catch (error) {
      if (error instanceof MasterKeyMissing) return undefined;
      throw error;
    }
  });

export type Tombstone = { readonly owner: string; readonly at: string };
export type HeldKey = { readonly id: string; readonly owner: string; readonly wrapped: Uint8Array };
/** What was destroyed, and, where a key table says it, all that is kept of destroyed periods for people on hold. */
export type Destroyed = {
  readonly erased: readonly Tombstone[];
  readonly held?: readonly HeldKey[];
  /** The master key that wrapped what is kept, where it is not the first one. */
  readonly master?: { readonly generation: number; readonly mark: string; readonly begun: string };
};

const hasTable = (db: DatabaseSync, name: string): boolean =>
  db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`).get(name) !==
  undefined;

/** A key's own tombstone says that its period has expired. */
const singleKey = 'key:';

export const destroyedIn = (file: string): Destroyed =>
  open(file, true, (db) => ({
    erased: db
      .prepare('SELECT owner, at FROM erased ORDER BY owner')
      .all()
      .map(({ owner, at }) => ({ owner: String(owner), at: String(at) })),
    ...(hasTable(db, 'held_keys') ? { held: heldIn(db) } : {}),
    ...masterIn(db),
  }));

const masterIn = (db: DatabaseSync): Pick<Destroyed, 'master'> => {
  if (!hasTable(db, 'masters')) return {};
  const newest = 'SELECT generation, mark, begun FROM masters ORDER BY generation DESC LIMIT 1';
  const { generation, mark, begun } = db.prepare(newest).get() ?? {};
  const isLater = typeof generation === 'number' && generation > 1;
  return isLater ? { master: { generation, mark: String(mark), begun: String(begun) } } : {};
};

/** Keys that a later master key wrapped come under its name: the copy is then one that a rotation has not ended in. */
const bringMaster = (
  db: DatabaseSync,
  { generation, mark, begun }: NonNullable<Destroyed['master']>,
) => {
  db.exec(mastersSchema);
  settleMasters(db, () => [], begun);
  db.prepare('INSERT INTO masters VALUES (?, ?, ?, NULL) ON CONFLICT DO NOTHING').run(
    generation,
    mark,
    begun,
  );
};

const heldIn = (db: DatabaseSync): readonly HeldKey[] =>
  db
    .prepare('SELECT id, owner, wrapped FROM held_keys ORDER BY id')
    .all()
    .flatMap(({ id, owner, wrapped }) =>
      wrapped instanceof Uint8Array ? [{ id: String(id), owner: String(owner), wrapped }] : [],
    );

/** Keys that a later key table has destroyed and this one still has. */
export const lingering = (file: string, { erased }: Destroyed): number =>
  open(file, true, (db) => {
    const count = db.prepare('SELECT count(*) AS keys FROM data_keys WHERE owner = ? OR id = ?');
    return erased.reduce(
      (sum, { owner }) => sum + Number(count.get(owner, keyIdOf(owner))?.['keys']),
      0,
    );
  });

const keyIdOf = (owner: string): string =>
  owner.startsWith(singleKey) ? owner.slice(singleKey.length) : '';

/** Destroys in a copy what a later key table has destroyed; pages that held it are overwritten. */
export const destroyAlso = (file: string, { erased, held, master }: Destroyed): void =>
  open(file, false, (db) => {
    db.exec('PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON; BEGIN IMMEDIATE');
    if (master && held && held.length > 0) bringMaster(db, master);
    const remove = db.prepare('DELETE FROM data_keys WHERE owner = ? OR id = ?');
    const bury = db.prepare('INSERT INTO erased VALUES (?, ?) ON CONFLICT DO NOTHING');
    for (const { owner, at } of erased) {
      remove.run(owner, keyIdOf(owner));
      bury.run(owner, at);
    }
    if (hasTable(db, 'held_keys')) {
      // Without the newer ones, a period that expired since would take the records of those on hold with it.
      if (held) db.exec('DELETE FROM held_keys');
      const keep = db.prepare('INSERT INTO held_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
      for (const { id, owner, wrapped } of held ?? []) keep.run(id, owner, wrapped);
      db.exec('DELETE FROM held_keys WHERE owner IN (SELECT owner FROM erased)');
    }
    db.exec('COMMIT');
  });
