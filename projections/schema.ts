import { sql } from 'kysely';
import type { Views } from '../adapters/views/port.ts';
import type { AnyTable } from './table.ts';
import { checkpoints, loose } from './loose.ts';

/** Makes the table of checkpoints where it is missing. */
export const createCheckpoints = (views: Views): Promise<void> =>
  createTable(views, checkpoints, { ifMissing: true });

export const createTable = async (
  views: Views,
  { name, key, columns, findBy = [] }: AnyTable,
  { ifMissing } = { ifMissing: false },
): Promise<void> => {
  const { writer, wholeNumber } = views;
  const text = sql.raw(views.text);
  const { schema } = loose(writer);
  let table = schema.createTable(name);
  if (ifMissing) table = table.ifNotExists();
  for (const [column, type] of Object.entries(columns)) {
    table = table.addColumn(column, type.startsWith('text') ? text : wholeNumber, (definition) =>
      column === key
        ? definition.primaryKey()
        : type.endsWith('?')
          ? definition
          : definition.notNull(),
    );
  }
  await table.execute();
  for (const column of findBy) await indexOf(views, name, [column]).execute();
};

/** Makes the indexes that readers use, where they are missing. */
export const createIndexes = (views: Views, tables: readonly AnyTable[]): Promise<void> =>
  views.runLong(
    tables.flatMap(({ name, indexes }) =>
      indexes.map((columns) => indexOf(views, name, columns).compile().sql),
    ),
  );

const indexOf = ({ writer }: Views, name: AnyTable['name'], columns: readonly string[]) =>
  loose(writer)
    .schema.createIndex(`${name}_${columns.join('_')}`)
    .ifNotExists()
    .on(name)
    .columns([...columns]);

export const dropTable = ({ writer }: Views, { name }: AnyTable): Promise<void> =>
  loose(writer).schema.dropTable(name).ifExists().execute();
