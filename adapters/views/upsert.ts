import type { TableName } from './tables.ts';

export type Cell = string | number | null;

/** What an adapter must know of a table to write its rows. */
export type Target = {
  readonly name: TableName;
  readonly key: string;
  readonly columns: Readonly<Record<string, 'text' | 'text?' | 'integer' | 'integer?'>>;
};

export const quoted = (name: string): string => `"${name}"`;

/** `insert` with its list of columns, what replaces a row that is there, and the columns in order. */
export const parts = ({ name, key, columns }: Target) => {
  const names = Object.keys(columns);
  const others = names.filter((column) => column !== key);
  const set = others.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ');
  return {
    names,
    insert: `insert into ${quoted(name)} (${names.map(quoted).join(', ')})`,
    replace: `on conflict (${quoted(key)}) do ${set === '' ? 'nothing' : `update set ${set}`}`,
  };
};
