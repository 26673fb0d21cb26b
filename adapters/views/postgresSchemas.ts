import type { Pool, PoolClient } from 'pg';
import { lockOf } from './postgresCandidacy.ts';

const allowed = /^[a-z][a-z0-9_]{0,40}$/;
/** Statements that wait for a reader's lock give up after this long; the next ones try again. */
const lockTimeoutMs = 5_000;
/** Sets of tables that stay: ours, and the one that an older program may go back to. */
const keptSets = 2;

export const checkSchema = (schema: string): string => {
  if (!allowed.test(schema)) throw new TypeError(`${schema} is no name for a schema of views`);
  return schema;
};

export const nextOf = (schema: string): string => `${schema}_next`;
const oldOf = (schema: string): string => `${schema}_old`;

/** Does work in one transaction. */
export const inTransaction = async <Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> => {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(failure); // The session is ended then, and its transaction with it.
  }
};

/** Makes a schema where it is missing; two programs may do so at once. */
export const createSchema = (pool: Pool, schema: string): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [lockOf('schemas')]);
    await client.query(`create schema if not exists "${schema}"`);
  });

const drop = (pool: Pool, schema: string): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
    await client.query(`drop schema if exists "${schema}" cascade`);
  });

/** An empty schema beside this one, in place of what an interrupted try left behind. */
export const emptyNext = async (pool: Pool, schema: string): Promise<string> => {
  await drop(pool, oldOf(schema));
  await drop(pool, nextOf(schema));
  await createSchema(pool, nextOf(schema));
  return nextOf(schema);
};

/** Another process wrote meanwhile, so the new tables are not what the log says. */
export class ViewsMoved extends Error {
  override readonly name = 'ViewsMoved';
}

const hasCheckpoints = async (client: PoolClient, schema: string): Promise<boolean> => {
  const { rows } = await client.query<{ has: boolean }>(
    'select to_regclass($1) is not null as has',
    [`"${schema}".checkpoints`],
  );
  return rows[0]?.has === true;
};

/**
 * Both sets of tables must show the same moment. The old ones are used up: a writer that found them by their name
 * before the exchange cannot move their checkpoints any more.
 */
const sealOld = async (client: PoolClient, schema: string, next: string): Promise<void> => {
  if (!(await hasCheckpoints(client, schema)) || !(await hasCheckpoints(client, next))) return;
  await client.query(`select 1 from "${schema}".checkpoints for update`);
  const { rowCount } = await client.query(
    `select 1 from "${schema}".checkpoints as live full join "${next}".checkpoints as fresh using (projection)
      where live.position is distinct from fresh.position`,
  );
  if (rowCount !== 0) throw new ViewsMoved('the views were written by another process meanwhile');
  await client.query(`update "${schema}".checkpoints set position = -1`);
};

/** Puts the next schema in this one's place: whoever looks a table up finds one or the other. */
export const exchange = async (pool: Pool, schema: string): Promise<void> => {
  const next = nextOf(schema);
  await inTransaction(pool, async (client) => {
    await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
    await client.query('set local synchronous_commit = on');
    await sealOld(client, schema, next);
    await client.query(`alter schema "${schema}" rename to "${oldOf(schema)}"`);
    await client.query(`alter schema "${next}" rename to "${schema}"`);
  });
  // A reader in the middle of a long answer keeps the old tables a while; the next exchange drops them then.
  await drop(pool, oldOf(schema)).catch(() => undefined);
};

/** How far a set of tables has read; undefined where it is not one. */
const readTo = async (pool: Pool, schema: string): Promise<number | undefined> => {
  const { rows } = await pool
    .query<{ position: number | null }>(
      `select max(position) as position from "${schema}".checkpoints`,
    )
    .catch(() => ({ rows: [] }));
  return rows[0]?.position ?? undefined;
};

/**
 * Drops sets of tables of other programs' versions that nobody writes, but for the one that has read furthest: it is
 * what a step back would find.
 * @param prefix what the names of all sets begin with
 */
export const dropStale = async (pool: Pool, schema: string, prefix: string): Promise<void> => {
  const { rows } = await pool.query<{ name: string }>(
    `select nspname as name from pg_namespace where starts_with(nspname, $1) and nspname <> $2
      and nspname !~ '_(next|old)$' order by nspname`,
    [prefix, schema],
  );
  const found: { name: string; position: number }[] = [];
  for (const { name } of rows) {
    const position = allowed.test(name) ? await readTo(pool, name) : undefined;
    if (position !== undefined) found.push({ name, position });
  }
  const stale = found.toSorted((a, b) => b.position - a.position).slice(keptSets - 1);
  for (const { name } of stale)
    await inTransaction(pool, async (client) => {
      const { rows: free } = await client.query<{ free: boolean }>(
        'select pg_try_advisory_xact_lock($1) as free',
        [lockOf(name)],
      );
      if (free[0]?.free !== true) return;
      await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
      for (const each of [name, nextOf(name), oldOf(name)])
        await client.query(`drop schema if exists "${each}" cascade`);
    });
};
