import { afterAll, expect, jest, test } from '@jest/globals';
import { dirname, join } from 'node:path';
import { openKurrentEventStore } from '../../adapters/eventStore/kurrentdb.ts';
import { everything } from '../adapters/eventStore/given.ts';
import { startKurrentDouble } from '../support/kurrentDouble/start.ts';
import { addPhoneUser, ask, endOf } from './support/openPush.ts';
import { countersign } from './support/phone.ts';
import { serve, temporaryData } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* The main job with its log in (a double of) KurrentDB: a push is approved, although the log goes away meanwhile. */

jest.setTimeout(180_000);
const data = temporaryData();
afterAll(async () => await data.remove());

test('a push is approved with its log in KurrentDB, which dies and comes back; the views are made from it', async () => {
  const file = join(dirname(data.path), 'kurrentdb');
  let log = await startKurrentDouble({ file });
  const { port, url } = log;
  const place = { data: data.path, env: { COUNTERSIGN_EVENTS_URL: url } };
  let server = await serve(place);
  const phone = await addPhoneUser({
    rest: server.rest,
    username: 'ann@example.org',
    ca: server.info.ca,
    folder: dirname(data.path),
  });

  const first = await ask(server.rest, 'ann@example.org', 'Payroll');
  await phone.answer(await until('the push', () => phone.find('Payroll')), 'approve');
  expect(await endOf(server.rest, first.requestId)).toMatchObject({ code: 'APPROVED' });

  const second = await ask(server.rest, 'ann@example.org', 'Gate');
  const push = await until('the second push', () => phone.find('Gate'));
  await log.kill();
  const answering = phone.answer(push, 'approve');
  log = await startKurrentDouble({ file, port });
  await answering;
  expect(await endOf(server.rest, second.requestId)).toMatchObject({ code: 'APPROVED' });

  // The operator's own facts go there too.
  const rotated = ['keys', 'rotate', '--json', '--data', data.path];
  expect(JSON.parse(await countersign(rotated, place.env))).toMatchObject({ generation: 2 });

  const store = await openKurrentEventStore({ server: url, orderFile: ':memory:' });
  const events = await everything(store);
  await store.close();
  const approved = events.filter(({ type }) => type === 'AuthenticationApproved');
  expect(approved).toHaveLength(3);
  expect(events.filter(({ type }) => type === 'SystemMasterKeyRotated')).toHaveLength(1);
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
  const proof = await server.rest.ok<{ size: number }>('POST', '/audit/checkpoints');
  expect(proof.size).toBeGreaterThanOrEqual(events.length);

  const { items } = await server.rest.ok<{ items: { storedType: string; schema: object }[] }>(
    'GET',
    '/events/types',
  );
  const known = new Set(items.map(({ storedType }) => storedType));
  expect(events.filter(({ type }) => !known.has(type))).toEqual([]);

  await server.kill('SIGTERM');
  server = await serve(place);
  const { tables } = JSON.parse(
    await countersign(['rebuild-views', '--json', '--data', data.path]),
  ) as { tables: { name: string; equal: boolean }[] };
  expect(tables.filter(({ equal }) => !equal)).toEqual([]);
  expect(tables.length).toBeGreaterThan(5);
  await server.kill('SIGTERM');
  await log.kill();
});
