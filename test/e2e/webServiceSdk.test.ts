import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import { buildMimProgram, type MimProgram, type MimRun } from './support/mono.ts';
import { phone, type Phone } from './support/phone.ts';
import { sdkPath } from './support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

/* A .NET-style client that nobody here wrote calls us: Mono's wsdl makes the proxy from our own description. */

const data = temporaryData();
const user = 'alice@example.org';
let server: ServerProcess;
let mim: MimProgram;
let alicesPhone: Phone;
let account: { username: string; password: string };

beforeAll(async () => {
  server = await serve({ data: data.path });
  const { rest, info } = server;
  account = await rest.ok('POST', '/service-accounts', { name: 'svc-mim' });
  await rest.ok('POST', '/users', { username: user, method: 'app' });
  // An equal request would be answered from an approval of a moment ago.
  await rest.ok('PATCH', '/settings', { duplicateGraceSeconds: 0 });
  const { url, code } = await rest.ok<{ url: string; code: string }>(
    'POST',
    `/users/${user}/activations`,
    {},
  );
  alicesPhone = phone(join(data.path, 'phone'), info.ca);
  await alicesPhone.activate(url, code);
  mim = await buildMimProgram({
    url: info.https + sdkPath,
    ca: info.ca,
    home: join(data.path, 'mono'),
    account,
  });
}, 180_000);

afterAll(() => data.remove());

const waiting = () =>
  until('the request to wait for its user', async () => {
    const page = await server.rest.ok<{ items: { state: string; application: string }[] }>(
      'GET',
      '/authentications?state=awaiting-user',
    );
    return page.items.some(({ application }) => application === 'Group request');
  });

/** Runs the program, and lets the person answer while it waits. */
const asked = async (answer: 'approve' | 'deny' | 'report-fraud'): Promise<MimRun> => {
  const calling = mim.run(account, user, true);
  await waiting();
  await alicesPhone.act(answer);
  return await calling;
};

test('the channel is secure and a name is canonicalized whatever its case', async () => {
  const run = await mim.run(account, 'nobody@example.org', true);
  expect(run.security).toBe('secure');
  expect(run.canonicalized).toBe(false);
  const calling = mim.run(account, 'ALICE@Example.ORG', true);
  await waiting();
  await alicesPhone.act('approve');
  expect(await calling).toMatchObject({ canonicalized: true, canonicalUsername: user });
});

test('H60-2 approve: true, Mobile App Authenticated, no error', async () => {
  const run = await asked('approve');
  expect(run).toMatchObject({
    result: true,
    callCode: 21,
    callDescription: 'Mobile App Authenticated',
    errorCode: 0,
  });
  expect(run.requestId).toMatch(/^[0-9A-F]{32}$/);
});

test('deny: false with error 12', async () => {
  expect(await asked('deny')).toMatchObject({ result: false, errorCode: 12 });
});

test('no answer: false when the request is over', async () => {
  await server.rest.ok('PATCH', '/settings', { requestSeconds: 15 });
  const run = await mim.run(account, user, true);
  expect(run).toMatchObject({ result: false, errorCode: 12 });
  const shown = await server.rest.ok<{ code: string; state: string }>(
    'GET',
    `/authentications/${run.requestId}`,
  );
  expect(shown).toMatchObject({ state: 'expired', code: 'NO_RESPONSE' });
}, 60_000);

test('unknown user: refused with user match, let through without', async () => {
  expect(await mim.run(account, 'nobody@example.org', true)).toMatchObject({
    result: false,
    callCode: 0,
    errorCode: 9020,
  });
  expect(await mim.run(account, 'nobody@example.org', false)).toMatchObject({
    result: true,
    callCode: 0,
    errorCode: 0,
  });
});

test('wrong password is 401, an account outside of the callers group is 403', async () => {
  const outsider = await server.rest.ok<typeof account>('POST', '/service-accounts', {
    name: 'svc-outsider',
    groups: [],
  });
  expect(await mim.run({ ...account, password: 'wrong' }, user, true)).toEqual({ http: 401 });
  expect(await mim.run(outsider, user, true)).toEqual({ http: 403 });
});

test('fraud: denied, the user is blocked, and the next request is denied with nobody contacted', async () => {
  expect(await asked('report-fraud')).toMatchObject({ result: false, errorCode: 12 });
  const next = await mim.run(account, user, true);
  expect(next).toMatchObject({
    result: false,
    callCode: 14,
    callDescription: 'User is Blocked',
    errorCode: 12,
  });
  const story = await server.rest.ok<{ events: { type: string }[] }>(
    'GET',
    `/audit/explain/${next.requestId}`,
  );
  expect(story.events.map(({ type }) => type)).not.toContain('AuthenticationChallengeSent');
});
