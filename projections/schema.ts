import type { Views } from '../adapters/views/port.ts';
import type { AnyTable } from './table.ts';
import { checkpoints, loose } from './loose.ts';

/** Makes the table of checkpoints where it is missing. */
export const createCheckpoints = (views: Views): Promise<void> =>
  createTable(views, checkpoints, { ifMissing: true });

export const createTable = async (
  { writer, wholeNumber }: Views,
  { name, key, columns, indexes }: AnyTable,
  { ifMissing } = { ifMissing: false },
): Promise<void> => {
  const { schema } = loose(writer);
  let table = schema.createTable(name);
  if (ifMissing) table = table.ifNotExists();
  for (const [column, type] of Object.entries(columns)) {
    table = table.addColumn(column, type.startsWith('text') ? 'text' : wholeNumber, (definition) =>
      column === key
        ? definition.primaryKey()
        : type.endsWith('?')
          ? definition
          : definition.notNull(),
    );
  }
  await table.execute();
  for (const index of indexes) {
    await schema
      .createIndex(`${name}_${index.join('_')}`)
      .on(name)
      .columns([...index])
      .execute();
  }
};

export const dropTable = ({ writer }: Views, { name }: AnyTable): Promise<void> =>
  loose(writer).schema.dropTable(name).ifExists().execute();
