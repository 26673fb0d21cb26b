import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LagView } from '../../../api/facade/lag.ts';
import type { RetentionPlan } from '../../../api/facade/retention.ts';
import { fakeFacade } from './fakeFacade.ts';
import { restServer, type RestServer } from './server.ts';

const lag: LagView = {
  role: 'follows',
  state: 'live',
  position: 7,
  newest: 9,
  behindEvents: 2,
  behindSeconds: 61,
  rebuild: { done: 3, total: 9 },
};
const plan: RetentionPlan = {
  families: [
    { family: 'logins', days: 400, before: '2025-10-19T00:00:00.000Z', events: 5, months: [] },
  ],
  held: 1,
  people: 0,
};
let rest: RestServer;
beforeAll(async () => {
  rest = await restServer({
    facade: {
      ...fakeFacade().facade,
      lag: { lag: async () => lag, behindSeconds: () => lag.behindSeconds },
      retention: {
        plan: async () => plan,
        async run(_caller, onProgress) {
          onProgress(5, 5);
          return plan;
        },
        status: () => ({ running: false, nextAt: '2026-11-24T00:00:00.000Z' }),
      },
    },
  });
});
afterAll(() => rest.stop());

test('lists say in a header how far behind they are, and one resource says all of it', async () => {
  const list = await rest.call('GET', '/users');
  expect(list.headers.get('views-behind-seconds')).toBe('61');
  expect(await rest.call('GET', '/projections')).toMatchObject({ status: 200, json: lag });
  const stranger = await rest.call('GET', '/users', undefined, { authorization: '' });
  expect([stranger.status, stranger.headers.get('views-behind-seconds')]).toEqual([401, null]);
});

test('Prometheus reads figures with a token of the scope health, and nobody reads them without', async () => {
  const { text, headers } = await rest.call(
    'GET',
    '/metrics',
    undefined,
    await rest.clientWith('health'),
  );
  expect(headers.get('content-type')).toMatch(/^text\/plain/);
  for (const line of ['countersign_views_behind_seconds 61', 'countersign_log_position 9'])
    expect(text.split('\n')).toContain(line);
  expect(text).toMatch(/^process_cpu_seconds_total \d/m);
  const refused = await rest.call(
    'GET',
    '/metrics',
    undefined,
    await rest.clientWith('users.read'),
  );
  expect(refused.status).toBe(403);
});

test('what is old is counted, removed with progress, and looked up, by those who may', async () => {
  expect((await rest.call('GET', '/audit/retention/plan')).json).toEqual(plan);
  expect((await rest.call('GET', '/audit/retention')).json).toMatchObject({ running: false });
  const { status, text } = await rest.call('POST', '/audit/retention/runs');
  expect(status).toBe(200);
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([{ done: 5, total: 5 }, { report: plan }]);
  const reader = await rest.clientWith('events.read');
  expect((await rest.call('GET', '/audit/retention/plan', undefined, reader)).status).toBe(200);
  expect((await rest.call('POST', '/audit/retention/runs', undefined, reader)).status).toBe(403);
});
