import type { Kysely, TableName, ViewsDatabase } from '../adapters/views/port.ts';
import { table, type AnyTable } from './table.ts';

export type Key = string | number;
export type Row = Readonly<Record<string, string | number | null>>;
/** The views with their tables named at run time, for code that treats all tables alike. */
export type LooseDatabase = Kysely<Record<TableName, Record<string, string | number | null>>>;

export const loose = (database: Kysely<ViewsDatabase>): LooseDatabase =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every column is text, a number or null
  database as unknown as LooseDatabase;

export const checkpoints: AnyTable = table({
  name: 'checkpoints',
  key: 'projection',
  columns: { projection: 'text', version: 'integer', position: 'integer' },
  indexes: [],
});
