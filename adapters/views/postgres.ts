import { Kysely, PostgresDialect, sql } from 'kysely';
import { Client, DatabaseError, Pool } from 'pg';
import { postgresCandidacy } from './postgresCandidacy.ts';
import { connectionConfig, type PostgresAddress } from './postgresConnection.ts';
import { checkSchema, createSchema, dropStale, emptyNext, exchange } from './postgresSchemas.ts';
import { postgresUpsert } from './postgresUpsert.ts';
import type { Snapshot, TableName, Views, ViewsDatabase } from './port.ts';

export type PostgresViewsOptions = PostgresAddress & {
  /** Schema of the tables: programs that mean the same tables by it share them. */
  readonly schema: string;
};

const maxReaders = 10;
/** The one transaction of the writer, and a statement beside it. */
const maxWriters = 2;
/** A list that takes longer is not waited for by anybody. */
const readerTimeoutMs = 60_000;
/** Measured by `npm run bench -- --only rebuild`. */
const eventsAtOnce = 3_000;
/** Holds names as people read them; everywhere else they are sealed, or not there. */
const readableTable: TableName = 'users';
/** Longest that readers wait behind the exchange of that table's file. */
const lockTimeout = '2s';
/** What a server says where it could not lock a table in time. */
const lockNotAvailable = '55P03';
/** What the names of all sets of tables begin with. */
const prefix = 'countersign_';

/** The name of the tables that these projections fill, of which each version of the program may have its own. */
export const schemaFor = (fingerprint: string): string => `${prefix}${fingerprint.slice(0, 12)}`;

const openPool = (
  address: PostgresAddress,
  max: number,
  settings: Readonly<Record<string, string>>,
): Pool => {
  const pool = new Pool({ ...connectionConfig(address, settings), max });
  // A session that ends while nobody uses it is replaced when one is wanted.
  pool.on('error', () => undefined);
  return pool;
};

const kysely = (pool: Pool): Kysely<ViewsDatabase> =>
  new Kysely<ViewsDatabase>({ dialect: new PostgresDialect({ pool }) });

const openSnapshot = async (address: PostgresAddress, schema: string): Promise<Snapshot> => {
  const client = new Client(connectionConfig(address, { search_path: schema }));
  client.on('error', () => undefined); // The query that needs it fails.
  await client.connect();
  // The moment is that of the first statement.
  await client.query('begin isolation level repeatable read read only; select 1');
  const only = {
    query: client.query.bind(client),
    release: () => undefined,
  };
  const dialect = new PostgresDialect({
    pool: { connect: async () => only, end: () => client.end() },
  });
  const reader = new Kysely<ViewsDatabase>({ dialect });
  return { reader, close: () => reader.destroy() };
};

/** The schemas behind open views, for `switchTo`. */
const schemaOf = new WeakMap<Views, string>();

/**
 * Views in a schema of a PostgreSQL database (14 or newer), made where it is missing. The user must be allowed to make
 * schemas there.
 */
export const openPostgresViews = async (options: PostgresViewsOptions): Promise<Views> => {
  const schema = checkSchema(options.schema);
  const pool = openPool(options, 1, {});
  try {
    await createSchema(pool, schema);
  } finally {
    await pool.end();
  }
  return openViews(options, schema);
};

const openViews = (address: PostgresAddress, schema: string): Views => {
  // A crash of the server loses the last batches and nothing else: they are read again.
  const writing = openPool(address, maxWriters, { search_path: schema, synchronous_commit: 'off' });
  const reading = openPool(address, maxReaders, {
    search_path: schema,
    statement_timeout: String(readerTimeoutMs),
  });
  const writer = kysely(writing);
  const reader = kysely(reading);

  const views: Views = {
    reader,
    writer,
    wholeNumber: 'bigint',
    text: 'text collate "C"',
    isShared: true,
    eventsAtOnce,
    upsert: postgresUpsert(),
    candidate: () => postgresCandidacy(address, schema),
    async announce(transaction) {
      await sql`select pg_notify(${schema}, '')`.execute(transaction);
    },
    async tidy() {
      await dropStale(writing, schema, prefix);
    },
    async runLong(statements) {
      for (const statement of statements) await sql.raw(statement).execute(writer);
    },
    snapshot: () => openSnapshot(address, schema),
    async forgetDeleted() {
      const { rows } = await writing.query<{ name: string }>(
        'select tablename as name from pg_tables where schemaname = $1',
        [schema],
      );
      const client = await writing.connect();
      try {
        await client.query(`set lock_timeout = '${lockTimeout}'`);
        for (const { name } of rows) {
          // Only a new file holds nothing of what was deleted; others at least give their space away. Statistics hold values too.
          const way = name === readableTable ? 'vacuum (full, analyze)' : 'vacuum';
          await client.query(`${way} "${schema}"."${name}"`);
        }
        return true;
      } catch (error) {
        if (error instanceof DatabaseError && error.code === lockNotAvailable) return false;
        throw error;
      } finally {
        await client.query('reset lock_timeout').catch(() => undefined);
        client.release();
      }
    },
    beside: async () => openViews(address, await emptyNext(writing, schema)),
    async switchTo(fresh) {
      const next = schemaOf.get(fresh);
      if (next === undefined) throw new TypeError('these views are not of this adapter');
      await fresh.close();
      await exchange(writing, schema);
    },
    async close() {
      if (!schemaOf.delete(views)) return;
      await Promise.all([writer.destroy(), reader.destroy()]);
      for (const pool of [writing, reading]) if (!pool.ended) await pool.end();
    },
  };
  schemaOf.set(views, schema);
  return views;
};
