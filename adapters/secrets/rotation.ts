import type { SQLOutputValue } from 'node:sqlite';
import type { Binding } from './gcm.ts';
import { heldBinding, keyBinding, openKeyDatabase } from './keyDatabase.ts';
import {
  generationOf,
  prefixHex,
  rootBinding,
  wrappedByOthers,
  type MasterKeys,
} from './masters.ts';

/** Keys of one commit: others who read or write the table wait for no longer than that takes. */
export const keysPerStep = 500;

type Row = Record<string, SQLOutputValue>;
type Kind = { readonly table: string; readonly bindingOf: (row: Row) => Binding };

const kinds: readonly Kind[] = [
  { table: 'roots', bindingOf: ({ version }) => rootBinding(Number(version)) },
  { table: 'held_keys', bindingOf: ({ owner, id }) => heldBinding(String(owner), String(id)) },
  {
    table: 'data_keys',
    bindingOf: ({ owner, version, id }) => keyBinding(String(owner), Number(version), String(id)),
  },
];

export type RotationState = {
  readonly generation: number;
  /** When the newest master key came. */
  readonly begun: string;
  /** Nothing needs the one before it. */
  readonly isDone: boolean;
  readonly keys: number;
  /** Keys that the one before still wraps. */
  readonly left: number;
};

export type Rotation = ReturnType<typeof openRotation>;

const sum = (counts: readonly (Row | undefined)[]): number =>
  counts.reduce((total, row) => total + Number(row?.['keys']), 0);

/**
 * Brings all keys of a table under another master key, a step at a time, while others use the table. Each step is one commit:
 * whatever ends this in between, the next one goes on from there.
 * @throws Error if a master key that the table needs is not at hand
 */
export const openRotation = (file: string, keysOf: MasterKeys) => {
  const { db, masters, transaction } = openKeyDatabase(file, keysOf);
  const parts = kinds.map(({ table, bindingOf }) => ({
    bindingOf,
    next: db.prepare(
      `SELECT rowid AS place, * FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    ),
    write: db.prepare(`UPDATE ${table} SET wrapped = ? WHERE rowid = ?`),
    all: db.prepare(`SELECT count(*) AS keys FROM ${table}`),
    left: db.prepare(`SELECT count(*) AS keys FROM ${table} WHERE ${wrappedByOthers}`),
    reached: 0,
  }));
  const left = (): number => {
    const prefix = prefixHex(masters.newest().generation);
    return sum(parts.map((part) => part.left.get(prefix)));
  };

  const stepOf = (part: (typeof parts)[number]): number => {
    const rows = part.next.all(part.reached, keysPerStep);
    const { generation } = masters.newest();
    for (const row of rows) {
      const { place = 0, wrapped } = row;
      if (!(wrapped instanceof Uint8Array)) throw new TypeError('unexpected row in the key table');
      part.reached = Number(place);
      if (generationOf(wrapped) === generation) continue;
      const binding = part.bindingOf(row);
      part.write.run(masters.wrap(binding, masters.unwrap(binding, wrapped)), place);
    }
    return rows.length;
  };

  return {
    generationOfKey: (masterKey: Uint8Array) => masters.generationOfKey(masterKey),
    state(): RotationState {
      return { ...masters.newest(), keys: sum(parts.map((part) => part.all.get())), left: left() };
    },
    /** From here on, this master key wraps, and the one before still unwraps. */
    begin: (masterKey: Uint8Array): void =>
      transaction(() => masters.begin(masterKey, new Date().toISOString())),
    /** @returns how many keys were looked at; 0 where there are no more */
    step(): number {
      for (const part of parts) {
        const looked = transaction(() => stepOf(part));
        if (looked > 0) return looked;
      }
      return 0;
    },
    /** Ends it, unless keys are left: then steps begin anew. */
    end: (): boolean =>
      transaction(() => {
        for (const part of parts) part.reached = 0;
        if (left() > 0) return false;
        masters.end(new Date().toISOString());
        return true;
      }),
    close: (): void => db.close(),
  };
};
