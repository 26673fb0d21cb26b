import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { HistoryReply } from '../../api/rest/userHistory.ts';
import type { UserReply } from '../../api/rest/users.ts';
import { activatePhone, type AppPhone } from './support/appPhone.ts';
import { addOathUser } from './support/people.ts';
import { sdkClient } from './support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';
import { userFiles } from './support/userFiles.ts';

/* One person, from the first record to the last. */

const data = temporaryData();
const ann = 'ann@example.org';
let server: ServerProcess;
let phone: AppPhone;

const get = async (): Promise<UserReply> => await server.rest.ok('GET', `/users/${ann}`);

beforeAll(async () => {
  server = await serve({ data: data.path });
  await server.rest.ok('PATCH', '/settings', { numberMatching: 'off' });
  await server.rest.ok('POST', '/users', {
    username: ann,
    firstName: 'Ann',
    phone: '5550147',
    description: 'Board',
    uniqueIdentifier: 'guid-1',
    smsLanguage: 'de',
  });
}, 120_000);
afterAll(async () => await data.remove());

test('a record shows all that was said of it', async () => {
  expect(await get()).toMatchObject({
    description: 'Board',
    uniqueIdentifier: 'guid-1',
    smsLanguage: 'de',
    callLanguage: 'en',
    phone: '+1 XXXX147',
    state: 'registered',
    source: 'manual',
  });
});

test('two editors of one version: one wins, the other is told the current one', async () => {
  const { version } = await get();
  const headers = { 'if-match': `"${version}"` };
  const edit = async (group: string) =>
    await server.rest.call('PATCH', `/users/${ann}`, { group }, headers);
  expect((await edit('Sales')).status).toBe(204);
  const late = await edit('IT');
  expect(late.status).toBe(412);
  expect(late.body['detail']).toContain(`${version + 1}`);
  expect(await get()).toMatchObject({ group: 'Sales', version: version + 1 });
});

test('H20-8 the history says who changed which field, when and from where', async () => {
  const body = { group: 'IT', firstName: 'Anna', phone: '+43 66412345' };
  await server.rest.ok('PATCH', `/users/${ann}`, body);
  const { items } = await server.rest.ok<{ items: readonly HistoryReply[] }>(
    'GET',
    `/users/${ann}/history`,
  );
  const changes = items.flatMap((row) => row.changes);
  expect(changes).toContainEqual({ field: 'group', before: 'Sales', after: 'IT' });
  expect(changes).toContainEqual({ field: 'firstName' });
  expect(changes).toContainEqual({ field: 'phone', before: '+1 XXXX147', after: '+43 XXXXX345' });
  expect(JSON.stringify(items)).not.toContain('66412345');
  expect(items[0]).toMatchObject({
    actor: 'administrator local',
    channel: 'rest',
    address: '127.0.0.1',
  });
});

test('H20-6 a test is asked as a login is, and stands in the reports as "Test"', async () => {
  phone = await activatePhone(server, join(data.path, 'phone'), ann);
  const asked = await server.rest.ok<{ requestId: string; state: string }>(
    'POST',
    `/users/${ann}/test`,
    {},
  );
  expect(asked.state).toBe('awaiting-user');
  // The activation asks for "Test" too, so there may be two of them.
  const ended = await until('the test to end', async () => {
    const now = await server.rest.ok<{ state: string; application: string; code?: string }>(
      'GET',
      `/authentications/${asked.requestId}`,
    );
    if (now.state === 'approved') return now;
    await phone.approve(await phone.push('Test'));
    return undefined;
  });
  expect(ended).toMatchObject({ application: 'Test', code: 'APPROVED' });
  const { lastAttemptAt = '', lastSuccessAt = '' } = await get();
  expect(lastSuccessAt >= lastAttemptAt && lastAttemptAt !== '').toBe(true);
}, 60_000);

test('H20-1 no seed and no token of a device is in any answer', async () => {
  const oath = await addOathUser(server.rest, 'oath@example.org');
  const { username, password } = await server.rest.ok<{ username: string; password: string }>(
    'POST',
    '/service-accounts',
    { name: 'svc' },
  );
  const secrets = [
    oath.secret,
    phone.account.deviceToken,
    phone.account.oathSecret ?? oath.secret,
    phone.tokenHash,
  ].map((secret) => secret.toLowerCase());
  const files = userFiles(server, data.path);
  const answers = await Promise.all(
    [
      '/users',
      `/users/${ann}`,
      `/users/${ann}/history`,
      '/users/oath@example.org',
      '/users/oath@example.org/history',
      '/users/export.csv?unmasked=true',
      '/audit?limit=500',
      '/authentications',
      '/settings',
    ].map((path) => files.text(path)),
  );
  const sdk = sdkClient({ ...server.info, account: { username, password } });
  for (const operation of ['GetUserInfo', 'GetUserSettings_3', 'GetUserDevices', 'GetPhone'])
    for (const name of [ann, oath.username])
      answers.push((await sdk.call(operation, { username: name })).body);
  sdk.close();
  for (const answer of answers)
    for (const secret of secrets) expect(answer.toLowerCase().includes(secret)).toBe(false);
}, 60_000);

test('who must register anew has no phone, no device and no open request', async () => {
  const asked = await server.rest.ok<{ requestId: string }>('POST', '/authentications', {
    user: ann,
    application: 'VPN',
  });
  await server.rest.ok('POST', `/users/${ann}/reset-registration`);
  expect(await get()).toMatchObject({ phone: '', devices: [], state: 'unregistered' });
  await until('the request to end', async () => {
    const now = await server.rest.ok<{ endedAt?: string }>(
      'GET',
      `/authentications/${asked.requestId}`,
    );
    return now.endedAt !== undefined;
  });
}, 60_000);

test('lists are filtered by state, mode and direction', async () => {
  const names = async (query: string) =>
    (await server.rest.ok<{ items: readonly UserReply[] }>('GET', `/users?${query}`)).items.map(
      ({ username }) => username,
    );
  expect(await names('unregistered=true')).toEqual([ann]);
  expect(await names('method=app&mode=pin')).toEqual([]);
  await server.rest.ok('PATCH', `/users/${ann}`, { method: 'sms', smsDirection: 'twoWay' });
  expect(await names('method=sms&smsDirection=twoWay&mode=standard')).toEqual([ann]);
  await server.rest.ok('POST', '/blocks', { username: ann, reason: 'lost phone' });
  expect(await names('blocked=true')).toEqual([ann]);
  expect(await get()).toMatchObject({ state: 'blocked' });
}, 60_000);
