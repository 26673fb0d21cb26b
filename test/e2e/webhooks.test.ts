import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../support/freePort.ts';
import { count, seed } from '../support/profile.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';
import { webhookReceiver, type WebhookReceiver } from './support/webhookReceiver.ts';

/* A real server, a real receiver: what happens is told, signed, in order, and survives kills. */

const data = temporaryData();
const secret = `secret-${seed}-of-the-webhook`;
let receiver: WebhookReceiver;
let ports: { http: number; https: number };
let server: ServerProcess;

const start = async (): Promise<void> => {
  const env = { COUNTERSIGN_ALLOWED_TARGETS: receiver.target };
  server = await serve({ data: data.path, ...ports, env });
};
const webhook = async (id: string, item: Record<string, unknown>): Promise<void> => {
  const whole = { url: receiver.url, keys: [{ keyId: 'k1', secret }], ...item };
  const answer = await server.rest.call('PUT', `/configuration/webhook/${id}`, whole);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
};
const remove = async (id: string): Promise<void> => {
  const path = `/configuration/webhook/${id}`;
  await server.rest.call('DELETE', path, undefined, { 'if-match': '*' });
};
const add = (username: string) => server.rest.ok('POST', '/users', { username });
const deliveriesOf = (id: string) =>
  server.rest.ok<{
    items: { deliveryId: string; type: string; state: string; lastReason?: string }[];
    backlog: { open: number; parked: number };
  }>('GET', `/webhooks/${id}/deliveries?limit=500`);

beforeAll(async () => {
  receiver = await webhookReceiver(secret);
  ports = { http: await freePort(), https: await freePort() };
  await start();
}, 120_000);
afterAll(async () => {
  await data.remove();
  receiver.stop();
}, 60_000);

test('H65-5 SEC-85 what happens is told with its line of the audit log, masked, signed as documented and in order', async () => {
  await webhook('people', { types: ['user.*'] });
  await add('carol@example.org');
  await server.rest.ok('POST', '/users/carol@example.org/disable', {});
  await server.rest.ok('POST', '/users/carol@example.org/enable', {});
  await server.rest.ok('PATCH', '/users/carol@example.org', { phone: '+1 5555550147' });
  await until('four messages', () => receiver.told.length >= 4);
  expect(receiver.told.map(({ type }) => type)).toEqual([
    'user.added',
    'user.disabled',
    'user.enabled',
    'user.phoneChanged',
  ]);
  const [added] = receiver.told;
  expect(added!.data).toMatchObject({
    subject: 'carol@example.org',
    actor: 'administrator local',
    summary: 'carol@example.org added, method app',
    data: { enabled: true, method: 'app' },
  });
  // Nothing that opens a door, and nothing sealed.
  expect(JSON.stringify(receiver.told)).not.toMatch(/s1:|Hash|usernameKey|5550147/);
  expect(receiver.faults).toEqual([]);
  await remove('people');
}, 60_000);

test('a filter by application holds for every event of its requests, and by group for its people', async () => {
  receiver.told.length = 0;
  await server.rest.ok('POST', '/users', { username: 'dora@example.org', group: 'Sales' });
  await webhook('vpn', { types: ['authentication.*'], application: 'VPN' });
  await webhook('sales', { types: ['authentication.requested'], group: 'Sales' });
  for (const application of ['Payroll', 'VPN'])
    for (const user of ['carol@example.org', 'dora@example.org'])
      await server.rest.ok('POST', '/authentications', { user, application, code: '000000' });
  await until('six messages of the VPN and two of sales', () => receiver.told.length >= 8);
  await until('nothing more to tell', async () => (await deliveriesOf('vpn')).backlog.open === 0);
  const bySubject = receiver.told.map(({ type, data: line }) => [
    type,
    line['subject'],
    line.data?.['application'],
  ]);
  const sales = bySubject.filter(([, , application]) => application === 'Payroll');
  expect(sales).toEqual([['authentication.requested', 'dora@example.org', 'Payroll']]);
  await remove('vpn');
  await remove('sales');
}, 60_000);

test('a test message, a receiver that fails, its backlog, and an order to try again', async () => {
  receiver.told.length = 0;
  await webhook('one', { types: ['fraud.*'] });
  receiver.state.status = 503;
  const { deliveryId } = await server.rest.ok<{ deliveryId: string }>(
    'POST',
    '/webhooks/one/test',
    {},
  );
  await until('a failed try', async () => (await deliveriesOf('one')).items[0]?.lastReason);
  expect((await deliveriesOf('one')).backlog).toMatchObject({ open: 1, parked: 0 });
  receiver.state.status = 204;
  await server.rest.ok('POST', `/deliveries/${deliveryId}/redeliver`, {});
  await until('the message', () => receiver.told.length === 1);
  expect(receiver.told[0]).toMatchObject({ id: deliveryId, type: 'webhook.test' });
  await until('the end', async () => (await deliveriesOf('one')).backlog.open === 0);
  await remove('one');
}, 60_000);

test('SEC-62 a webhook to an inner address that nobody allowed is told nothing', async () => {
  const other = await webhookReceiver(secret);
  await webhook('inner', { types: ['fraud.*'], url: other.url });
  await server.rest.ok('POST', '/webhooks/inner/test', {});
  const refused = await until(
    'the refusal',
    async () => (await deliveriesOf('inner')).items[0]?.lastReason,
  );
  expect(refused).toBe('the target is not allowed (scheme)');
  expect([other.told, other.faults]).toEqual([[], []]);
  await remove('inner');
  other.stop();
}, 60_000);

test('two processes on one log tell everything once', async () => {
  receiver.told.length = 0;
  const env = { COUNTERSIGN_ALLOWED_TARGETS: receiver.target };
  const second = await serve({ data: data.path, args: ['--join', 'second'], env });
  await webhook('both', { types: ['user.added'] });
  const names = Array.from({ length: 10 }, (_, index) => `both-${index}@example.org`);
  await Promise.all(names.map(add));
  await until('all of them', () => receiver.told.length >= names.length);
  await until('nothing more to tell', async () => (await deliveriesOf('both')).backlog.open === 0);
  expect(receiver.told).toHaveLength(names.length);
  expect(new Set(receiver.told.map(({ data: line }) => line['subject']))).toEqual(new Set(names));
  await remove('both');
  await second.kill('SIGTERM');
}, 120_000);

test('a server that is killed again and again loses no message', async () => {
  receiver.told.length = 0;
  const rounds = count(60);
  await webhook('kept', { types: ['user.added'] });
  const added: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const names = Array.from({ length: 5 }, (_, index) => `kept-${round}-${index}@example.org`);
    const adding = names.map(async (name) => {
      await add(name);
      added.push(name);
    });
    const outcomes = Promise.allSettled(adding);
    await pause(20 + ((seed + round * 37) % 200));
    await server.kill('SIGKILL');
    await outcomes;
    await start();
  }
  const names = () => receiver.told.map(({ data: line }) => line['subject']);
  await until('all that was added', () => added.every((name) => names().includes(name)), 90_000);
  // What was under way at a kill is done or not; whoever is there was told of. Doubles carry the same id.
  await until('one message for each who is there', async () => {
    const { items } = await server.rest.ok<{ items: { username: string }[] }>(
      'GET',
      '/users?text=kept-&limit=500',
    );
    const ids = new Set(receiver.told.map(({ id }) => id));
    return ids.size === items.length && items.every(({ username }) => names().includes(username));
  });
  expect(receiver.faults).toEqual([]);
}, 400_000);
