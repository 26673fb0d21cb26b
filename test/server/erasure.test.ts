import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { userStream } from '../../domain/ids.ts';
import { inUserStream, userKey } from '../../domain/sealed.ts';
import { finishErasures } from '../../server/erasures.ts';
import { dump, follow } from '../projections/support/views.ts';
import { engineNames, startEngine, type Engine } from '../projections/support/engines.ts';
import { openOldLog } from './support/oldLog.ts';

describe.each(engineNames)('erasure with views in %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine(name);
  }, 60_000);
  afterAll(() => engine.stop());

  test('H85-6 SEC-76 nothing personal is left in views, keys, or what the engine has deleted, and other people are as they were', async () => {
    const place = engine.place();
    const world = await openOldLog(place);
    const { events, secrets, views } = world;
    const bob = await world.addPerson('bob-stays@example.org');
    const erika = await world.addPerson('erika-goes@example.org');
    const login = await world.logIn(erika);
    await world.record(userStream(erika), 'UserUpdated', {
      firstName: await secrets.seal(inUserStream(erika, 'firstName'), 'Erika-goes'),
    });
    expect(JSON.stringify(await dump(views))).toContain('erika-goes');
    const ofBob = async () =>
      await views.reader.selectFrom('users').selectAll().where('userId', '=', bob).execute();
    const before = await ofBob();
    if (name === 'PostgreSQL') expect(await rowsWithName(place)).toBeGreaterThan(0);

    await world.record(userStream(erika), 'UserRemoved', { usernameKey: 'k', openRequests: [] });
    await world.record(userStream(erika), 'UserErased', { reason: 'asked' });
    await finishErasures({ views, secrets });

    expect(await secrets.open(login.place, login.sealed)).toBeUndefined();
    await expect(
      secrets.seal({ owner: userKey(erika), stream: userStream(erika), field: 'email' }, 'x'),
    ).rejects.toThrow('destroyed');
    expect(JSON.stringify(await dump(views)).toLowerCase()).not.toContain('erika');
    expect(await ofBob()).toEqual(before);
    if (name === 'PostgreSQL') expect(await rowsWithName(place)).toBe(0);

    const fresh = await follow(events, { secrets, path: engine.place() });
    expect(await dump(fresh.views)).toEqual(await dump(views));
    await fresh.close();
    await world.close();
  }, 60_000);
});

/** Rows of the people's table that hold the name, dead ones too: as they lie in the pages of PostgreSQL. */
const rowsWithName = async (place: string): Promise<number> => {
  const [connectionString, schema] = place.split('#');
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query('create extension if not exists pageinspect schema public');
    const { rows } = await client.query<{ found: string }>(
      `select count(*) as found
       from generate_series(0, pg_relation_size(($1::text)::regclass) / current_setting('block_size')::int - 1) as block,
            public.heap_page_items(public.get_raw_page($1::text, block::int))
       where position(convert_to('erika-goes', 'UTF8') in t_data) > 0`,
      [`${schema}.users`],
    );
    return Number(rows[0]?.found);
  } finally {
    await client.end();
  }
};
