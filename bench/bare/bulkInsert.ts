import { CompiledQuery } from 'kysely';
import type { Cell, Views } from '../../adapters/views/port.ts';
import { projections } from '../../projections/index.ts';
import { loose, type Key, type Row } from '../../projections/loose.ts';
import { createIndexes, createTable } from '../../projections/schema.ts';
import type { AnyTable } from '../../projections/table.ts';

/** Rows in one transaction. */
const chunkRows = 5_000;

const pages = async function* (
  reader: Views['reader'],
  { name, key, columns }: AnyTable,
): AsyncGenerator<readonly Row[]> {
  for (let after: Key | undefined; ;) {
    let query = loose(reader).selectFrom(name).select(Object.keys(columns)).orderBy(key);
    if (after !== undefined) query = query.where(key, '>', after);
    const rows = await query.limit(chunkRows).execute();
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)![key] ?? undefined;
  }
};

const inserting = (views: Views, { name, columns }: AnyTable) => {
  const names = Object.keys(columns);
  const into = `insert into "${name}" (${names.map((column) => `"${column}"`).join(', ')})`;
  const marks = names.map(() => '?').join(', ');
  const arrays = names.map((column, index) => {
    const type = columns[column]!.startsWith('text') ? 'text' : 'bigint';
    return `$${index + 1}::${type}[]`;
  });
  return async (database: Views['writer'], rows: readonly Row[]): Promise<void> => {
    if (views.wholeNumber === 'bigint') {
      const values = names.map((column) => rows.map((row): Cell => row[column] ?? null));
      const text = `${into} select * from unnest(${arrays.join(', ')})`;
      await database.executeQuery(CompiledQuery.raw(text, values));
      return;
    }
    for (const row of rows)
      await database.executeQuery(
        CompiledQuery.raw(
          `${into} values (${marks})`,
          names.map((column) => row[column]),
        ),
      );
  };
};

/**
 * Inserts the rows of all tables into empty ones of the same shape, then makes the same indexes: what an engine needs
 * for the rows alone, by one statement a row in SQLite and one a few thousand rows in PostgreSQL, whichever is faster
 * there. Reading them is not counted.
 */
export const bulkInsert = async (
  from: Views['reader'],
  into: Views,
): Promise<{ rows: number; seconds: number }> => {
  let rows = 0;
  let ms = 0;
  const timed = async (work: () => Promise<unknown>): Promise<void> => {
    const start = performance.now();
    await work();
    ms += performance.now() - start;
  };
  const tables = projections.flatMap((projection) => projection.tables);
  for (const table of tables) {
    await timed(() => createTable(into, table));
    const insert = inserting(into, table);
    for await (const page of pages(from, table)) {
      rows += page.length;
      await timed(() =>
        into.writer.transaction().execute((transaction) => insert(transaction, page)),
      );
    }
  }
  await timed(() => createIndexes(into, tables));
  return { rows, seconds: ms / 1_000 };
};
