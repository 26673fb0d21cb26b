import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Statements kept prepared; the views use fewer, free filters a few more. */
const maxPrepared = 500;

/** What Kysely's SQLite dialect wants of a driver, over `node:sqlite`; the file behind it can be exchanged. */
export type SwappableDatabase = SqliteDatabase & {
  /** Answers queries from another file from now on. Every call is synchronous, so none is under way. */
  swap(next: DatabaseSync): void;
};

const values = (parameters: readonly unknown[]): SQLInputValue[] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the driver itself refuses any other value
  parameters as SQLInputValue[];

const statementOf = (prepared: StatementSync): SqliteStatement => {
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => prepared.all(...values(parameters)),
    run: (parameters) => prepared.run(...values(parameters)),
    iterate: (parameters) => prepared.iterate(...values(parameters)),
  };
};

export const shim = (database: DatabaseSync): SwappableDatabase => {
  let current = database;
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const known = prepared.get(sql);
      if (known) return known;
      const statement = statementOf(current.prepare(sql));
      if (prepared.size >= maxPrepared) prepared.clear();
      prepared.set(sql, statement);
      return statement;
    },
    swap(next) {
      prepared.clear();
      current = next;
    },
    close() {
      prepared.clear();
      current.close();
    },
  };
};
