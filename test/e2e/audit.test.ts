import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventReply, EventsReply } from '../../api/rest/events.ts';
import type { TargetReply } from '../../api/rest/exports.ts';
import type { DifferenceReply, StateReply } from '../../api/rest/states.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { freePort } from '../support/freePort.ts';
import { count } from '../support/profile.ts';
import { eventReader } from './support/eventReader.ts';
import { addSdkAccount, sdkOf } from './support/people.ts';
import { sdkOrders } from './support/sdkSweep.ts';
import { restClient } from './support/rest.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { syslogReceiver, type SyslogReceiver } from './support/syslogReceiver.ts';
import { ordersOf } from './support/sweep.ts';
import { until } from './support/until.ts';
import { webhookReceiver, type WebhookReceiver } from './support/webhookReceiver.ts';

/* The log as auditors and their programs have it: feeds, past states, exports; over kills of both ends. */

const program = fileURLToPath(new URL('../../cli/countersign.ts', import.meta.url));
const data = temporaryData();
let server: ServerProcess;
let syslog: SyslogReceiver;
let hook: WebhookReceiver;
let ports: { http: number; https: number };
let token: string;

const start = async (): Promise<void> => {
  const env = { COUNTERSIGN_ALLOWED_TARGETS: `${syslog.target},${hook.target}` };
  server = await serve({ data: data.path, ...ports, env });
};
const add = (username: string) => server.rest.ok('POST', '/users', { username });
const newest = async () => (await server.rest.ok<EventsReply>('GET', '/events?limit=1')).newest;
const eventsAfter = async (after: number): Promise<readonly EventReply[]> =>
  (await server.rest.ok<EventsReply>('GET', `/events?after=${after}&limit=500`)).items;
const stateAt = async (moment: object): Promise<StateReply> => {
  const response = await fetch(`${server.info.http}/api/v1/audit/states`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(moment),
  });
  const last = JSON.parse((await response.text()).trim().split('\n').at(-1)!) as {
    state: StateReply;
  };
  return last.state;
};
const lists = [
  '/users?limit=500',
  '/users/otto@example.org',
  '/blocks',
  '/bypasses',
  '/authentications',
  '/settings',
  '/service-accounts',
  '/tokens',
  '/configuration/webhook',
  '/configuration/trustedIps',
  '/configuration/exportTarget',
];
const answers = async (prefix = ''): Promise<readonly string[]> =>
  await Promise.all(
    lists.map(async (path) => {
      const answer = await server.rest.call('GET', `${prefix}${path}`);
      return `${path} ${answer.status} ${JSON.stringify(answer.body)}`;
    }),
  );
/** The command line as a person types it. */
const cli = async (...words: string[]): Promise<string> => {
  const [command = '', ...rest] = words;
  const env = { ...process.env, COUNTERSIGN_DATA: data.path, TZ: 'UTC' };
  return (await promisify(execFile)(process.execPath, [program, command, ...rest], { env })).stdout;
};

beforeAll(async () => {
  syslog = await syslogReceiver();
  hook = await webhookReceiver('secret-of-the-audit-test');
  ports = { http: await freePort(), https: await freePort() };
  await start();
  token = readFileSync(layoutOf(data.path).adminToken, 'utf8').trim();
}, 120_000);
afterAll(async () => {
  await data.remove();
  hook.stop();
  await syslog.remove();
}, 60_000);

test('H85-4 H85-8 a past state answers what the interface answered then, and contacts nobody', async () => {
  await server.rest.call('PUT', '/configuration/webhook/all', {
    url: hook.url,
    types: ['user.*', 'audit.*'],
    keys: [{ keyId: 'k1', secret: 'secret-of-the-audit-test' }],
  });
  await server.rest.ok('POST', '/users', {
    username: 'otto@example.org',
    phone: '+1 5555550147',
    method: 'oath',
  });
  await server.rest.ok('POST', '/blocks', { username: 'otto@example.org', reason: 'Lost badge' });
  await server.rest.ok('POST', '/authentications', {
    user: 'otto@example.org',
    application: 'VPN',
    code: '000000',
  });
  await server.rest.ok('POST', '/bypasses', { user: 'otto@example.org', reason: 'No phone' });
  const [then, position] = [await answers(), await newest()];
  const instant = new Date().toISOString();

  await server.rest.ok('PATCH', '/settings', { companyName: 'Other' });
  await server.rest.ok('POST', '/blocks/otto@example.org/unblock', { reason: 'Badge found' });
  await server.rest.ok('PATCH', '/users/otto@example.org', { firstName: 'Otto' });
  await add('late@example.org');
  await until(
    'all messages',
    () => hook.told.filter(({ type }) => type === 'user.added').length >= 2,
  );
  await until('an empty backlog', async () => {
    const { backlog } = await server.rest.ok<{ backlog: { open: number } }>(
      'GET',
      '/webhooks/all/deliveries',
    );
    return backlog.open === 0;
  });
  const before = await newest();
  const told = hook.told.length;

  for (const moment of [{ at: position }, { until: instant }]) {
    const state = await stateAt(moment);
    expect(await answers(`/audit/states/${state.stateId}`)).toEqual(then);
    const { items } = await server.rest.ok<{ items: readonly DifferenceReply[] }>(
      'GET',
      `/audit/states/${state.stateId}/differences`,
    );
    expect(items.map(({ kind, name, change }) => `${kind} ${name} ${change}`)).toEqual([
      'user late@example.org added',
      'user otto@example.org changed',
      'block otto@example.org changed',
      'setting companyName changed',
    ]);
    expect(items[3]!.fields).toEqual([{ field: 'value', before: '', after: 'Other' }]);
    const order = await server.rest.call('POST', `/audit/states/${state.stateId}/users`, {});
    expect(order.status).toBe(405);
    await server.rest.ok('DELETE', `/audit/states/${state.stateId}`);
    const gone = await server.rest.call('GET', `/audit/states/${state.stateId}/users`);
    expect(gone.status).toBe(404);
  }
  expect(readdirSync(join(layoutOf(data.path).store, 'states'))).toEqual([]);
  // Making it is on record and told to who asked for such events; nothing that was replayed is.
  const after = await eventsAfter(before);
  const types = new Set(after.map(({ type }) => type));
  for (const type of ['delivery.queued', 'delivery.acknowledged', 'ledger.checkpointSigned'])
    types.delete(type);
  expect([...types]).toEqual(['audit.stateMade']);
  expect(hook.told.slice(told).every(({ type }) => type === 'audit.stateMade')).toBe(true);
}, 120_000);

test('H85-3 rebuilt views answer byte for byte as before', async () => {
  const before = await answers();
  const rebuilt = await fetch(`${server.info.http}/api/v1/maintenance/rebuild-views`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await rebuilt.text()).toMatch(/"report"/);
  expect(await answers()).toEqual(before);
}, 60_000);

test('H85-9 what an administrator or a client is refused is on record, with who and from where', async () => {
  const from = await newest();
  const { token: limited, clientId } = await server.rest.ok<{ token: string; clientId: string }>(
    'POST',
    '/api-clients',
    { name: 'limited', scopes: ['users.read'] },
  );
  const client = restClient(server.info.http, limited);
  await client.call('PATCH', '/settings', { companyName: 'Mine' });
  await client.call('GET', '/settings');
  await server.rest.call('DELETE', '/users/nobody@example.org');
  await server.rest.call('POST', '/users', { username: 'otto@example.org' });
  await server.rest.call('DELETE', '/configuration/webhook/all');
  const refused = (await eventsAfter(from)).filter(({ type }) => type === 'audit.actionRefused');
  expect(
    refused.map((event) => [event.actorKind, event.actorId, event.address, event.data]),
  ).toEqual(
    [
      ['apiClient', clientId, 'changeSettings', 403, 'SCOPE_MISSING'],
      ['apiClient', clientId, 'getSettings', 403, 'SCOPE_MISSING'],
      ['administrator', 'local', 'removeUser', 404, 'NOT_FOUND'],
      ['administrator', 'local', 'addUser', 409, expect.any(String)],
      ['administrator', 'local', 'removeWebhook', 428, 'VERSION_MISSING'],
    ].map(([kind, id, operation, status, code]) => [
      kind,
      id,
      '127.0.0.1',
      { operation, status, code },
    ]),
  );
}, 60_000);

test('H85-10 feeds over kills of both ends: a stream without gap or double, syslog without gap', async () => {
  const from = await newest();
  const reader = eventReader(() => server.info.http, token, `after=${from}`);
  await server.rest.call('PUT', '/configuration/exportTarget/siem', {
    host: '127.0.0.1',
    port: syslog.port,
    serverName: 'localhost',
    ca: syslog.ca,
    from: 'start',
  });
  await until('the first messages', () => syslog.received.length > 0);
  const rounds = Math.max(2, count(40));
  for (let round = 0; round < rounds; round += 1) {
    const adding = Promise.allSettled(
      Array.from({ length: 5 }, (_, index) => add(`feed-${round}-${index}@example.org`)),
    );
    if (round % 2 === 0) await syslog.stop();
    else await adding;
    await server.kill('SIGKILL');
    await adding;
    await start();
    if (round % 2 === 0) {
      // Only now has it waited for somebody who does not answer.
      await until('the target that is down', async () => {
        const [target] = (await server.rest.ok<{ items: TargetReply[] }>('GET', '/audit/targets'))
          .items;
        return target?.state === 'down' && target.oldestUnsentAt !== undefined && target.lastFault;
      });
      await until('the event that says so', async () => {
        const { items } = await server.rest.ok<EventsReply>(
          'GET',
          `/events?types=audit.targetDown&after=${from}`,
        );
        return items.length > 0;
      });
      await syslog.start();
    }
  }
  await add('last@example.org');
  const end = await newest();
  await until('all of the stream', () => (reader.events.at(-1)?.position ?? 0) >= end);
  await until('all of syslog', () => syslog.positions().has(end));
  await reader.stop();

  const read = reader.events.map(({ position }) => position).filter((position) => position <= end);
  expect(read).toEqual(Array.from({ length: end - from }, (_, index) => from + 1 + index));
  const missing = Array.from({ length: end }, (_, index) => index + 1).filter(
    (position) => !syslog.positions().has(position),
  );
  expect([missing, syslog.faults]).toEqual([[], []]);
  const added = syslog.received.find(({ text }) => text.startsWith('last@example.org added'));
  expect(added).toMatchObject({
    priority: 13 * 8 + 5,
    fields: { type: 'user.added', actor: 'administrator local', subject: 'last@example.org' },
  });
}, 400_000);

test('H85-5 an export is whole, hashed, on record, goes on where it was, and holds no secret and no phone', async () => {
  const out = join(dirname(data.path), 'export');
  const words = ['audit', 'export', '--out', out, '--split', '20', '--json'];
  const from = await newest();
  const first = JSON.parse(await cli(...words)) as {
    complete: boolean;
    upTo: number;
    files: { name: string; sha256: string; events: number; first: number; last: number }[];
  };
  const texts = first.files.map(({ name }) => readFileSync(join(out, name), 'utf8'));
  expect(first.files.map(({ sha256 }) => sha256)).toEqual(
    texts.map((text) => createHash('sha256').update(text).digest('hex')),
  );
  const lines = texts.flatMap((text) => text.trim().split('\n'));
  const positions = lines.map((line) => (JSON.parse(line) as EventReply).position);
  expect(positions).toEqual(Array.from({ length: first.upTo }, (_, index) => index + 1));
  expect(texts.join('')).not.toMatch(/s1:|5550147|secret-of-the-audit-test/);
  const told = (await eventsAfter(from)).map(({ type }) => type);
  expect(told).toEqual(expect.arrayContaining(['audit.exportStarted', 'audit.exportFinished']));

  // As if it had been cut off behind its second file.
  const manifestPath = join(out, 'manifest.json');
  writeFileSync(
    manifestPath,
    JSON.stringify({ ...first, complete: false, files: first.files.slice(0, 2) }),
  );
  rmSync(join(out, first.files[2]!.name));
  writeFileSync(join(out, `${first.files[2]!.name}.part`), 'half a li');
  expect(JSON.parse(await cli(...words))).toEqual(first);
  expect(first.files.map(({ name }) => readFileSync(join(out, name), 'utf8'))).toEqual(texts);
}, 120_000);

/** Orders that change nothing there is to record. */
const noChange: Readonly<Record<string, string>> = {
  dropState: 'removes a throw-away file',
};
/** What is in the way of an order by its nature, done before it. */
const prepared: Readonly<Record<string, readonly [string, string, unknown]>> = {
  enableUser: ['POST', '/users/sweep@example.org/disable', {}],
  unblockUser: ['POST', '/blocks', { username: 'sweep@example.org', reason: 'Sweep' }],
  revokeBypass: ['POST', '/bypasses', { user: 'sweep@example.org', reason: 'Sweep' }],
  addUser: ['DELETE', '/users/sweep@example.org', undefined],
  unlockUser: [
    'POST',
    '/authentications',
    { user: 'sweep@example.org', application: 'Sweep', code: '000000' },
  ],
};
const policy = {
  name: 'Sweep',
  stages: [{ approvers: { kind: 'group', group: 'Sweepers' } }],
};
const radius = { servers: [{ serverId: 'one', address: '192.0.2.1', secret: 'x'.repeat(24) }] };
const decision = { approver: 'sweep@example.org', hash: '0'.repeat(64) };
/** Where the schema alone does not make a body that works. */
const bodies: Readonly<Record<string, unknown>> = {
  addRadiusClient: { addresses: ['192.0.2.1'] },
  setRadiusClient: { addresses: ['192.0.2.1'] },
  changeUser: { firstName: 'Sweep' },
  changeSettings: { companyName: 'Swept' },
  editUsers: { usernames: ['sweep@example.org'], changes: { lastName: 'Swept' } },
  setSecurityQuestions: {
    questions: ['One', 'Two', 'Three', 'Four'].map((question) => ({ question, answer: question })),
  },
  setTrustedIps: { addresses: ['192.0.2.7'] },
  addApprovalPolicy: policy,
  setApprovalPolicy: policy,
  addRadiusTarget: radius,
  setRadiusTarget: radius,
  createApproval: {
    requestor: 'sweep@example.org',
    subject: { kind: 'group', id: 'g', name: 'G' },
    title: 'Sweep',
    policyId: 'sweep',
  },
  approveApproval: decision,
  rejectApproval: { ...decision, comment: 'No' },
  setDelegation: {
    to: 'otto@example.org',
    from: new Date(Date.now() + 60_000).toISOString(),
    until: new Date(Date.now() + 600_000).toISOString(),
  },
  makeState: { at: 1 },
};
/** Bodies that are no JSON. */
const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
  importUsers: ['text/csv', 'username\r\nsweep-2@example.org\r\n'],
  importTokens: ['text/csv', 'upn,serial number,secret key,time interval,manufacturer,model\r\n'],
  setVoiceMessageAudio: ['audio/wav', 'RIFF'],
};

test('H85-7 every order of REST leaves an event with who gave it and from where', async () => {
  await add('sweep@example.org');
  const orders = await ordersOf(server.rest);
  const outcomes: [string, number][] = [];
  const faults: string[] = [];
  for (const { id, method, path, body } of orders) {
    const before = prepared[id];
    if (before) await server.rest.call(before[0], before[1], before[2]);
    const from = await newest();
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      name === 'username' ? 'sweep@example.org' : 'sweep',
    );
    const given = id in bodies ? bodies[id] : body;
    const [type, sent] = files[id] ?? [
      'application/json',
      given === undefined ? undefined : JSON.stringify(given),
    ];
    const headers = /^(DELETE|PATCH)$/.test(method) ? { 'if-match': '*' } : {};
    const response = await fetch(`${server.info.http}/api/v1${url}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(sent === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    outcomes.push([id, response.status]);
    if (id in noChange) continue;
    const events = await eventsAfter(from);
    const mine = events.filter(
      ({ actorKind, actorId, channel, address }) =>
        `${actorKind} ${actorId} ${channel} ${address}` === 'administrator local rest 127.0.0.1',
    );
    const isRefused = mine.some(
      (event) => event.type === 'audit.actionRefused' && event.data['operation'] === id,
    );
    const isFine = response.ok ? mine.length > 0 : isRefused;
    if (!isFine) faults.push(`${id} ${response.status} ${text.slice(0, 300)}`);
  }
  expect(faults).toEqual([]);

  expect(outcomes.filter(([, status]) => status < 300).length).toBeGreaterThan(40);
}, 300_000);

test('H85-7 H85-9 every order of the SDK leaves an event with who gave it and from where, done or refused', async () => {
  const sdk = sdkOf(server, await addSdkAccount(server.rest, 'sweeper'));
  const faults: string[] = [];
  const results: [string, boolean][] = [];
  for (const username of ['by-sdk@example.org', 'never-there@example.org'])
    for (const [operation, args] of sdkOrders(username)) {
      const isUnknown = username.startsWith('never');
      if (isUnknown && operation === 'AddUser') continue;
      const from = await newest();
      const answer = await sdk.call(operation, args);
      const isDone = answer.text(`${operation}Result`) === 'true';
      if (!isUnknown) results.push([operation, isDone]);
      const mine = (await eventsAfter(from)).filter(
        ({ actorKind, actor, channel, address }) =>
          `${actorKind} ${channel} ${address}` === 'serviceAccount sdk 127.0.0.1' &&
          actor.startsWith('serviceAccount sweeper'),
      );
      const isNoChange = isDone && /^SetUserSettings|^SetPhone$/.test(operation);
      if (mine.length === 0 && !isNoChange) faults.push(`${operation} ${username} ${answer.body}`);
    }
  sdk.close();
  expect(faults).toEqual([]);
  const done = results.filter(([, isDone]) => isDone).map(([operation]) => operation);
  for (const operation of ['AddUser', 'SetPin', 'Disable', 'OneTimeBypass', 'DeleteUserGdpr'])
    expect([operation, done.includes(operation)]).toEqual([operation, true]);
}, 120_000);

test('H85-9 callers whom the SDK does not let in are on record: wrong password, not in the group, elsewhere, too often', async () => {
  const { rest } = server;
  const from = await newest();
  const inside = await addSdkAccount(rest, 'inside');
  const outside: { username: string; password: string } = await rest.ok(
    'POST',
    '/service-accounts',
    { name: 'outside', groups: ['Others'] },
  );
  const elsewhere = await addSdkAccount(rest, 'elsewhere', { addresses: ['192.0.2.0/24'] });
  const hasty = await addSdkAccount(rest, 'hasty', { callsPerSecond: 1 });
  const statuses: [string, number][] = [];
  for (const [name, account, calls] of [
    ['wrong', { ...inside, password: 'not the password of it' }, 1],
    ['outside', outside, 1],
    ['elsewhere', elsewhere, 1],
    ['hasty', hasty, 8],
  ] as const) {
    const sdk = sdkOf(server, account);
    const called = await Promise.all(
      Array.from({ length: calls }, () => sdk.call('TestSecurity', {})),
    );
    sdk.close();
    statuses.push([name, Math.max(...called.map(({ status }) => status))]);
  }
  expect(statuses).toEqual([
    ['wrong', 401],
    ['outside', 403],
    ['elsewhere', 403],
    ['hasty', 503],
  ]);
  const refusals = async () =>
    (await eventsAfter(from)).filter(({ type }) => type === 'audit.callerRefused');
  await until('all four on record', async () => (await refusals()).length >= 4);
  const found = await refusals();
  expect(
    found.map((event) => String(event.data['reason'])).toSorted((a, b) => a.localeCompare(b)),
  ).toEqual(['address', 'credentials', 'group', 'rate']);
  for (const { address, channel } of found)
    expect([address, channel]).toEqual(['127.0.0.1', 'sdk']);
  expect(JSON.stringify(found)).not.toContain('not the password of it');
}, 60_000);
