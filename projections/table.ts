import type { TableName, ViewsDatabase } from '../adapters/views/port.ts';

/** A table as data: the schema builder makes it, the row cache writes it. One column is the key. */
export type TableSpec<T extends TableName = TableName> = {
  readonly name: T;
  readonly key: keyof ViewsDatabase[T] & string;
  /** `?` marks a column that may be null. */
  readonly columns: Readonly<Record<keyof ViewsDatabase[T] & string, ColumnType>>;
  /** Column lists that readers look rows up by. They are made once the table is filled, which is faster. */
  readonly indexes: readonly (readonly (keyof ViewsDatabase[T] & string)[])[];
  /** Columns that the projection itself finds rows by; these indexes are there from the start. */
  readonly findBy?: readonly (keyof ViewsDatabase[T] & string)[];
};
export type ColumnType = 'text' | 'text?' | 'integer' | 'integer?';

/** Keeps a table's name in its type. */
export const table = <T extends TableName>(spec: TableSpec<T>): TableSpec<T> => spec;

/** Any table's specification, for code that handles all of them alike. */
export type AnyTable = {
  readonly name: TableName;
  readonly key: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly indexes: readonly (readonly string[])[];
  readonly findBy?: readonly string[];
};
