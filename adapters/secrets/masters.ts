import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { decrypt, deriveKey, encrypt, keyBytes, wrappedKeyBytes, type Binding } from './gcm.ts';
import { SealBroken } from './port.ts';

/** The master keys that are at hand now; asked again where one is missing, since a rotation brings new ones. */
export type MasterKeys = () => readonly Uint8Array[];

/**
 * Master keys in their order: generation 1 is the first. A rotation begins with the row of the next one, which wraps from
 * then on, and ends when `since` says that nothing needs the one before. Their marks stay, so that each is known again.
 * `roots` is what keyed hashes and the workflow engine's payloads are made of: it outlives master keys.
 */
export const mastersSchema = `
  CREATE TABLE IF NOT EXISTS master_key (id INTEGER PRIMARY KEY CHECK (id = 1), mark TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS masters (
    generation INTEGER PRIMARY KEY CHECK (generation > 0),
    mark TEXT NOT NULL UNIQUE,
    begun TEXT NOT NULL,
    since TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS roots (version INTEGER PRIMARY KEY CHECK (version > 0), wrapped BLOB NOT NULL) STRICT;
`;

/** What a master key is recognised by; it says nothing about the key. */
export const markOf = (masterKey: Uint8Array): string =>
  deriveKey(masterKey, 'recognise the master key').toString('hex');

const generationBytes = 2;
/** What stands before a wrapped key; the first generation has none, as keys from before rotations. */
const prefixOf = (generation: number): Buffer => {
  if (generation === 1) return Buffer.alloc(0);
  const prefix = Buffer.alloc(generationBytes);
  prefix.writeUInt16BE(generation);
  return prefix;
};
const prefixIn = (wrapped: Uint8Array): Uint8Array =>
  wrapped.length === wrappedKeyBytes ? new Uint8Array() : wrapped.subarray(0, generationBytes);

/** Which generation of the master key wrapped a key. */
export const generationOf = (wrapped: Uint8Array): number => {
  const prefix = prefixIn(wrapped);
  return prefix.length === 0 ? 1 : Buffer.from(prefix).readUInt16BE();
};
/** SQL that finds rows which another generation wrapped; its parameter is the {@link prefixHex} of the wanted one. */
export const wrappedByOthers = `hex(substr(wrapped, 1, length(wrapped) - ${wrappedKeyBytes})) <> ?`;
export const prefixHex = (generation: number): string =>
  prefixOf(generation).toString('hex').toUpperCase();

export const rootBinding = (version: number): Binding => ['root', version];

/** This program says so where an older one would not know that keys were re-wrapped, or that hashes have another root. */
const knownByGeneration = 'masters';

/** Makes what a table of an earlier program lacks; within the transaction that makes the other tables. */
export const settleMasters = (db: DatabaseSync, keysOf: MasterKeys, at: string): void => {
  if (db.prepare('SELECT 1 FROM masters').get()) return;
  const add = db.prepare('INSERT INTO masters VALUES (1, ?, ?, ?)');
  const mark = db.prepare('SELECT mark FROM master_key').get()?.['mark'];
  if (typeof mark === 'string') {
    add.run(mark, at, at);
    return;
  }
  const [first] = keysOf();
  if (!first) throw new TypeError('a key table needs a master key');
  add.run(markOf(first), at, at);
  db.prepare('INSERT INTO master_key VALUES (1, ?)').run(knownByGeneration);
  const wrapped = encrypt(deriveWrapping(first), rootBinding(1), randomBytes(keyBytes));
  db.prepare('INSERT INTO roots VALUES (1, ?)').run(wrapped);
};

const deriveWrapping = (masterKey: Uint8Array): Buffer => deriveKey(masterKey, 'wrap data keys');

export type Masters = ReturnType<typeof openMasters>;

/** Wraps keys under the newest master key and unwraps them under whichever it was. */
export const openMasters = (db: DatabaseSync, keysOf: MasterKeys) => {
  const markAt = db.prepare('SELECT mark FROM masters WHERE generation = ?');
  const last = db.prepare(
    'SELECT generation, begun, since FROM masters ORDER BY generation DESC LIMIT 1',
  );
  const allRoots = db.prepare('SELECT version, wrapped FROM roots ORDER BY version DESC');
  const generationAt = db.prepare('SELECT generation FROM masters WHERE mark = ?');
  const lastDone = db.prepare(
    'SELECT max(generation) AS generation FROM masters WHERE since IS NOT NULL',
  );
  const addMaster = db.prepare('INSERT INTO masters VALUES (?, ?, ?, NULL)');
  const addRoot = db.prepare('INSERT INTO roots VALUES (?, ?)');
  const finish = db.prepare('UPDATE masters SET since = ? WHERE since IS NULL');
  const wrappings = new Map<number, Buffer>();

  const newest = () => {
    const { generation, begun, since } = last.get() ?? {};
    if (typeof generation !== 'number' || typeof begun !== 'string')
      throw new TypeError('unexpected row of master keys');
    return { generation, begun, isDone: since !== null };
  };
  const masterOf = (generation: number): Uint8Array => {
    const mark = markAt.get(generation)?.['mark'];
    const master = keysOf().find((key) => markOf(key) === mark);
    if (!master) throw new MasterKeyMissing();
    return master;
  };
  const wrapping = (generation: number): Buffer => {
    const known = wrappings.get(generation);
    if (known) return known;
    const made = deriveWrapping(masterOf(generation));
    wrappings.set(generation, made);
    return made;
  };
  const unwrap = (binding: Binding, wrapped: Uint8Array): Buffer => {
    const prefix = prefixIn(wrapped);
    if (wrapped.length !== wrappedKeyBytes + prefix.length) throw new SealBroken('no wrapped key');
    return decrypt(wrapping(generationOf(wrapped)), binding, wrapped.subarray(prefix.length));
  };

  const wrap = (binding: Binding, key: Uint8Array): Buffer => {
    const { generation } = newest();
    return Buffer.concat([prefixOf(generation), encrypt(wrapping(generation), binding, key)]);
  };
  const rootsOnRecord = (): readonly Uint8Array[] =>
    allRoots.all().map(({ version, wrapped }) => {
      if (typeof version !== 'number' || !(wrapped instanceof Uint8Array))
        throw new TypeError('unexpected row of roots');
      return unwrap(rootBinding(version), wrapped);
    });

  return {
    newest,
    wrap,
    unwrap,
    /** @throws {MasterKeyMissing} unless every key can be unwrapped */
    check(): void {
      const { generation, isDone } = newest();
      wrapping(generation);
      const before = isDone ? undefined : lastDone.get()?.['generation'];
      if (typeof before === 'number') wrapping(before);
    },
    /** Newest first. A deployment from before rotations has none on record: its first master key is the root. */
    roots(): readonly Uint8Array[] {
      const found = rootsOnRecord();
      return found.length === 0 ? [masterOf(1)] : found;
    },
    /** Which generation a master key is; undefined for one that never was. */
    generationOfKey(masterKey: Uint8Array): number | undefined {
      const found = generationAt.get(markOf(masterKey))?.['generation'];
      return typeof found === 'number' ? found : undefined;
    },
    /** Makes a master key the newest, within a transaction; from here on, older programs refuse the table. */
    begin(masterKey: Uint8Array, at: string): void {
      const known = rootsOnRecord();
      const first = known.length === 0 ? masterOf(1) : undefined;
      addMaster.run(newest().generation + 1, markOf(masterKey), at);
      db.prepare('UPDATE master_key SET mark = ?').run(knownByGeneration);
      if (first) addRoot.run(1, wrap(rootBinding(1), first));
      const version = Math.max(1, known.length) + 1;
      addRoot.run(version, wrap(rootBinding(version), randomBytes(keyBytes)));
    },
    /** Nothing needs the master key before the newest any more. */
    end: (at: string): void => void finish.run(at),
  };
};

/** The master key that wraps keys of a table is not at hand. */
export class MasterKeyMissing extends Error {
  override readonly name = 'MasterKeyMissing';
  constructor() {
    super('the master key of the key table is not at hand');
  }
}
