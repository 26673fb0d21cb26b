import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Views } from '../adapters/views/port.ts';
import { loose, type Key, type Row } from './loose.ts';
import type { AnyTable } from './table.ts';

/** Rows compared at a time. */
const chunkRows = 1_000;

export type TableReport = {
  readonly name: string;
  /** Rows of the new table. */
  readonly rows: number;
  readonly equal: boolean;
};

/** Compares a table of two sets of views, row by row in the order of its key, byte by byte. */
export const compareTable = async (
  { name, key, columns }: AnyTable,
  live: Views['reader'],
  fresh: Views['reader'],
): Promise<TableReport> => {
  const names = Object.keys(columns);
  const chunk = async (reader: Views['reader'], after: Key | undefined): Promise<Row[]> => {
    let query = loose(reader).selectFrom(name).select(names).orderBy(key).limit(chunkRows);
    if (after !== undefined) query = query.where(key, '>', after);
    return query.execute();
  };
  let rows = 0;
  let equal = true;
  let after: Key | undefined;
  for (;;) {
    const [old, made] = [await chunk(live, after), await chunk(fresh, after)];
    equal &&= JSON.stringify(old) === JSON.stringify(made);
    rows += made.length;
    after = made.at(-1)?.[key] ?? undefined;
    // A live table with more rows than the new one is unequal by then already.
    if (made.length < chunkRows) return { name, rows, equal };
    await nextTurn();
  }
};
