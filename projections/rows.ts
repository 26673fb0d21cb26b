import { CompiledQuery, type Compilable } from 'kysely';
import type { TableName, Views, ViewsDatabase } from '../adapters/views/port.ts';
import { type Key, type LooseDatabase, type Row } from './loose.ts';
import type { AnyTable } from './table.ts';

/** Rows of one table kept in memory after they were written, at most. */
const maxHeldRows = 20_000;
/** Rows of one statement that deletes. */
const maxDeleted = 500;

/** What is known already, or will be. */
export type Pending<Value> = Value | Promise<Value>;

/** The tables as projections see them: rows by key, read and changed in memory, written once a batch. */
export type Rows = {
  /** At once where the row is held in memory, which most are: whoever reads a long log waits for the others only. */
  get<T extends TableName>(name: T, key: Key): Pending<ViewsDatabase[T] | undefined>;
  /** The row is the table's from then on. */
  put<T extends TableName>(name: T, row: ViewsDatabase[T]): void;
  /** Changes a row that is there; a missing one stays missing. */
  change<T extends TableName>(name: T, key: Key, changes: Partial<ViewsDatabase[T]>): Pending<void>;
  remove(name: TableName, key: Key): void;
  /** Rows by an indexed column. Writes what is pending first, so it is for rare events. */
  find<T extends TableName>(
    name: T,
    column: keyof ViewsDatabase[T] & string,
    value: Key,
  ): Promise<readonly ViewsDatabase[T][]>;
  /** Rows with less than this in a column, and not null there. Writes what is pending first too. */
  below<T extends TableName>(
    name: T,
    column: keyof ViewsDatabase[T] & string,
    limit: Key,
    from?: Key,
  ): Promise<readonly ViewsDatabase[T][]>;
};

/** A unit of work over all tables. `begin` and `flush` stand at the two ends of a transaction. */
export type RowCache = {
  readonly rows: Rows;
  begin(transaction: LooseDatabase): void;
  flush(): Promise<void>;
  /** After a transaction that was rolled back, or when the tables were exchanged. */
  forget(): void;
};

type Held = {
  readonly spec: AnyTable;
  readonly columns: readonly string[];
  /** A key that is held without a row is known to be missing. */
  readonly rows: Map<Key, Row | undefined>;
  readonly changed: Set<Key>;
  /** Some tables are only ever written; holding their rows would be for nobody. */
  isRead: boolean;
  readonly statements: Map<string, CompiledQuery>;
};

export const createRowCache = (
  { upsert }: Pick<Views, 'upsert'>,
  tables: readonly AnyTable[],
): RowCache => {
  const all = new Map<TableName, Held>(
    tables.map((spec) => [
      spec.name,
      {
        spec,
        columns: Object.keys(spec.columns),
        rows: new Map(),
        changed: new Set(),
        isRead: false,
        statements: new Map(),
      },
    ]),
  );
  let database: LooseDatabase | undefined;

  const transaction = (): LooseDatabase => {
    if (!database) throw new TypeError('rows are read and written inside of a batch');
    return database;
  };
  const heldOf = (name: TableName): Held => {
    const held = all.get(name);
    if (!held) throw new TypeError(`no projection has a table ${name}`);
    return held;
  };
  const run = async (
    held: Held,
    name: string,
    make: () => Compilable,
    parameters: readonly unknown[],
  ): Promise<readonly Row[]> => {
    let statement = held.statements.get(name);
    if (!statement) {
      statement = make().compile();
      held.statements.set(name, statement);
    }
    const { rows } = await transaction().executeQuery({ ...statement, parameters });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these tables hold nothing else
    return rows as readonly Row[];
  };

  const select = (held: Held, column: string, value: Key): Promise<readonly Row[]> =>
    run(
      held,
      `select ${column}`,
      () => transaction().selectFrom(held.spec.name).selectAll().where(column, '=', value),
      [value],
    );

  const load = async (held: Held, key: Key): Promise<Row | undefined> => {
    const [row] = await select(held, held.spec.key, key);
    held.rows.set(key, row);
    return row;
  };

  const put = (held: Held, row: Row): void => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a key column is never null
    const key = row[held.spec.key] as Key;
    held.rows.set(key, row);
    held.changed.add(key);
  };

  const flushTable = async (held: Held): Promise<void> => {
    if (held.changed.size === 0) return;
    const written: Row[] = [];
    const gone: Key[] = [];
    for (const key of held.changed) {
      const row = held.rows.get(key);
      if (row) written.push(row);
      else gone.push(key);
    }
    for (let from = 0; from < gone.length; from += maxDeleted)
      await transaction()
        .deleteFrom(held.spec.name)
        .where(held.spec.key, 'in', gone.slice(from, from + maxDeleted))
        .execute();
    held.changed.clear();
    if (written.length > 0) await upsert(transaction(), held.spec, written);
    if (!held.isRead || held.rows.size > maxHeldRows) held.rows.clear();
  };
  const rowOf = (name: TableName, key: Key): Pending<Row | undefined> => {
    const held = heldOf(name);
    held.isRead = true;
    return held.rows.get(key) ?? (held.rows.has(key) ? undefined : load(held, key));
  };

  const rows: Rows = {
    get<T extends TableName>(name: T, key: Key) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- put takes only rows of this table
      return rowOf(name, key) as Pending<ViewsDatabase[T] | undefined>;
    },
    put(name, row) {
      put(heldOf(name), row);
    },
    change(name, key, changes) {
      const row = rowOf(name, key);
      const changed = (found: Row | undefined): void => {
        if (found) put(heldOf(name), { ...found, ...changes });
      };
      return row instanceof Promise ? row.then(changed) : changed(row);
    },
    remove(name, key) {
      const held = heldOf(name);
      held.rows.set(key, undefined);
      held.changed.add(key);
    },
    async find<T extends TableName>(name: T, column: string, value: Key) {
      const held = heldOf(name);
      if (!held.spec.findBy?.includes(column))
        throw new TypeError(`${name} has no index for finding rows by ${column}`);
      await flushTable(held);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- put takes only rows of this table
      return (await select(held, column, value)) as unknown as readonly ViewsDatabase[T][];
    },
    async below<T extends TableName>(name: T, column: string, limit: Key, from?: Key) {
      const held = heldOf(name);
      await flushTable(held);
      let query = transaction().selectFrom(held.spec.name).selectAll().where(column, '<', limit);
      if (from !== undefined) query = query.where(column, '>=', from);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- put takes only rows of this table
      return (await query.execute()) as unknown as readonly ViewsDatabase[T][];
    },
  };

  return {
    rows,
    begin(next) {
      database = next;
    },
    async flush() {
      for (const held of all.values()) await flushTable(held);
      database = undefined;
    },
    forget() {
      database = undefined;
      for (const held of all.values()) {
        held.rows.clear();
        held.changed.clear();
      }
    },
  };
};
