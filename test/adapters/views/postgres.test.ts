import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openPostgresViews, schemaFor } from '../../../adapters/views/postgres.ts';
import type { Views } from '../../../adapters/views/port.ts';
import { checkpoints } from '../../../projections/loose.ts';
import { createTable } from '../../../projections/schema.ts';
import { table } from '../../../projections/table.ts';
import { users } from '../../../projections/userTables.ts';
import { until } from '../../e2e/support/until.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

const settings = table({
  name: 'settings',
  key: 'name',
  columns: { name: 'text', value: 'text' },
  indexes: [],
});
/** A person of whom only the names matter. */
const personOf = (index: number) => {
  const empty = Object.entries(users.columns).map(([name, type]) => [
    name,
    type === 'integer' ? 0 : '',
  ]);
  const named = { userId: `U${index}`, username: `person-${1_000 + index}@example.org` };
  return { ...Object.fromEntries(empty), ...named };
};
let server: TestPostgres;
let made = 0;
const open = (schema = `views_${(made += 1)}`): Promise<Views> =>
  openPostgresViews({ url: server.url, schema });
const at = async (views: Views, position: number): Promise<void> => {
  await createTable(views, checkpoints);
  const row = { projection: 'users', version: 1, position };
  await views.writer.insertInto('checkpoints').values(row).execute();
};

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

describe('PostgreSQL views', () => {
  test('SEC-76 statistics, too, do not name whom the table has forgotten', async () => {
    const schema = 'views_forgetful';
    const views = await open(schema);
    await createTable(views, users);
    const rows = Array.from({ length: 300 }, (_, index) => personOf(index));
    await views.writer
      .transaction()
      .execute((transaction) => views.upsert(transaction, users, rows));
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const named = async (): Promise<boolean> => {
      const { rows: found } = await client.query<{ told: string }>(
        'select pg_stats::text as told from pg_stats where schemaname = $1',
        [schema],
      );
      return found.some(({ told }) => told.includes(personOf(0).username));
    };
    await client.query(`analyze "${schema}".users`);
    expect(await named()).toBe(true);
    await views.writer.deleteFrom('users').where('userId', '=', personOf(0).userId).execute();
    expect(await views.forgetDeleted?.()).toBe(true);
    expect(await named()).toBe(false);
    await client.end();
    await views.close();
  });

  test('whole numbers and counts are numbers, up to the largest that is exact', async () => {
    const views = await open();
    await at(views, Number.MAX_SAFE_INTEGER);
    const row = await views.reader
      .selectFrom('checkpoints')
      .select(({ fn }) => [fn.max('position').as('position'), fn.countAll<number>().as('rows')])
      .executeTakeFirst();
    expect(row).toEqual({ position: Number.MAX_SAFE_INTEGER, rows: 1 });
    await views.close();
  });

  test('what a caller typed never stops a batch: quotes, braces, backslashes, line ends, NUL', async () => {
    const views = await open();
    await createTable(views, settings);
    const odd = ['"', '{}', '\\', '\n', '', 'NULL', "'", ',', '\0', '😀', '\ud800'];
    const rows = odd.map((value, index) => ({ name: `${index}`.padStart(2, '0'), value }));
    await views.writer
      .transaction()
      .execute((transaction) => views.upsert(transaction, settings, rows));
    const stored = await views.reader.selectFrom('settings').selectAll().orderBy('name').execute();
    expect(stored.map(({ value }) => value)).toEqual([
      ...odd.slice(0, 8),
      '\uFFFD',
      '😀',
      '\uFFFD',
    ]);
    await views.close();
  });

  test('new views are not put in the place of ones that another process has written meanwhile', async () => {
    const views = await open();
    await at(views, 7);
    const fresh = await views.beside();
    await at(fresh, 7);
    await views.writer.updateTable('checkpoints').set({ position: 8 }).execute();
    await expect(views.switchTo(fresh)).rejects.toMatchObject({ name: 'ViewsMoved' });
    const [row] = await views.reader.selectFrom('checkpoints').selectAll().execute();
    expect(row?.position).toBe(8);
    await views.close();
  });

  test('of the tables of other versions the one that read furthest stays, and those that are written', async () => {
    const named = async (name: string, position: number) => {
      const views = await open(schemaFor(name));
      await at(views, position);
      return views;
    };
    const ours = await named('aaaaaaaaaaaa', 1);
    const [last, old, used] = [
      await named('bbbbbbbbbbbb', 90),
      await named('cccccccccccc', 50),
      await named('dddddddddddd', 10),
    ];
    const elsewhere = used.candidate();
    await until('it to be the writer', () => elsewhere.isWriter());
    await ours.tidy();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      "select nspname as name from pg_namespace where nspname like 'countersign%' order by 1",
    );
    await client.end();
    expect(rows.map(({ name }) => name)).toEqual(
      ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'dddddddddddd'].map(schemaFor),
    );
    await elsewhere.resign();
    await Promise.all([ours, last, old, used].map((views) => views.close()));
  });

  test('one candidate is the writer; the next one is, when that one resigns', async () => {
    const views = await open();
    const first = views.candidate();
    await until('the first to be the writer', () => first.isWriter());
    const second = views.candidate();
    await second.written();
    expect(second.isWriter()).toBe(false);
    await first.resign();
    await until('the second to be the writer', () => second.isWriter());
    expect(first.isWriter()).toBe(false);
    await second.resign();
    await views.close();
  });

  test.each([
    ['mysql://db.example.org/x', 'postgres://'],
    ['postgres://db.example.org', 'no database'],
    ['postgres://someone:hunter2@db.example.org/x?sslmode=prefer', 'verify-full or disable'],
  ])(
    'an address that cannot be used is refused in words without a password: %#',
    async (url, why) => {
      const opening = openPostgresViews({ url, schema: 'views' });
      await expect(opening).rejects.toThrow(why);
      await expect(opening).rejects.not.toThrow('hunter2');
    },
  );
});
