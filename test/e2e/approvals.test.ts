import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../support/freePort.ts';
import { countersign, phone } from './support/phone.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';
import { webhookReceiver, type WebhookReceiver } from './support/webhookReceiver.ts';

/*
 * A script asks for membership of a group; two of three owners must confirm with their authenticators, one of them is away
 * and has a delegate; the script's long poll returns, the webhook arrives signed, the grant ends on time.
 */

const script = fileURLToPath(new URL('../../examples/approvals/join-group.mjs', import.meta.url));
const data = temporaryData();
const secret = 'the-secret-between-two-systems';
const rita = 'rita@example.org';
const owners = ['olga@example.org', 'oskar@example.org', 'odin@example.org'];
const dana = 'dana@example.org';
let receiver: WebhookReceiver;
let server: ServerProcess;
let ports: { http: number; https: number };
let token: string;

const start = async (): Promise<void> => {
  const env = { COUNTERSIGN_ALLOWED_TARGETS: receiver.target };
  server = await serve({ data: data.path, ...ports, env });
};
const memoryOf = (user: string): string => join(data.path, '..', `phone-${user}`);

/** One decision as its approver makes it: ask, read the number, type it into the phone. */
const decide = async (verb: 'approve' | 'reject', approvalId: string, approver: string) => {
  const { hash } = await server.rest.ok<{ hash: string }>('GET', `/approvals/${approvalId}`);
  const asked = await server.rest.call<{ requestId: string; displayNumber: string }>(
    'POST',
    `/approvals/${approvalId}/${verb}`,
    { approver, hash, comment: `${verb}d by test` },
  );
  if (asked.status !== 202) return asked;
  const { displayNumber } = asked.body;
  const answer = ['authenticator', 'approve', '--number', displayNumber, '--json'];
  const memory = ['--state', memoryOf(approver), '--ca', server.info.ca];
  await until(
    'the push',
    async () => {
      const said = await countersign([...answer, ...memory]).catch(() => '');
      return said !== '';
    },
    20_000,
  );
  return asked;
};

type Approval = { state: string; revision: number; decisions: { approver: string }[] };
const approval = (id: string) => server.rest.ok<Approval>('GET', `/approvals/${id}`);

const ask = (ticket: string, seconds: number) => {
  const child = spawn(
    process.execPath,
    [
      script,
      '--who',
      rita,
      '--ticket',
      ticket,
      '--seconds',
      String(seconds),
      '--callback',
      'directory',
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, COUNTERSIGN_URL: server.info.http, COUNTERSIGN_TOKEN: token },
    },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit').then(([code]) => code as number);
  return { said: () => said, ended };
};
const idIn = (said: string): string => /^\w+ ([0-9A-F]{32})/.exec(said)?.[1] ?? '';

beforeAll(async () => {
  receiver = await webhookReceiver(secret);
  ports = { http: await freePort(), https: await freePort() };
  await start();
  const { rest } = server;
  for (const username of owners) await rest.ok('POST', '/users', { username, group: 'Owners' });
  for (const username of [rita, dana]) await rest.ok('POST', '/users', { username });
  for (const username of [owners[0]!, dana]) {
    const { url, code } = await rest.ok<{ url: string; code: string }>(
      'POST',
      `/users/${username}/activations`,
      {},
    );
    const device = phone(memoryOf(username), server.info.ca);
    await device.activate(url, code);
    await until('the phone to be confirmed', () =>
      device.act('approve').then(
        () => true,
        () => false,
      ),
    );
  }
  await rest.call('PUT', '/configuration/webhook/directory', {
    url: receiver.url,
    types: ['fraud.*'],
    keys: [{ keyId: 'k1', secret }],
  });
  await rest.call('PUT', '/configuration/approvalPolicy/owners', {
    name: 'Owners',
    stages: [{ approvers: { kind: 'group', group: 'Owners' }, quorum: 2 }],
  });
  await rest.ok('POST', `/users/${owners[2]!}/delegations`, {
    to: dana,
    from: new Date().toISOString(),
    until: new Date(Date.now() + 3_600_000).toISOString(),
  });
  ({ token } = await rest.ok<{ token: string }>('POST', '/api-clients', {
    name: 'tickets',
    scopes: ['approvals.request'],
  }));
}, 180_000);
afterAll(async () => {
  await data.remove();
  receiver.stop();
}, 60_000);

test('two of three owners confirm, one by a delegate; the poll returns, the grant ends on time', async () => {
  const seconds = 6;
  const asking = ask('T-1', seconds);
  const id = await until('the request', () => idIn(asking.said()) || undefined);

  // Neither the requestor nor a stranger has a say, and nobody by another text than the one that is asked.
  const { hash } = await server.rest.ok<{ hash: string }>('GET', `/approvals/${id}`);
  for (const approver of [rita, 'nobody@example.org']) {
    const refused = await server.rest.call('POST', `/approvals/${id}/approve`, { approver, hash });
    expect(refused.status).toBeGreaterThanOrEqual(403);
  }
  const other = { approver: owners[0], hash: hash.replaceAll(/[0-9a-f]/g, 'a') };
  expect((await server.rest.call('POST', `/approvals/${id}/approve`, other)).status).toBe(409);

  await decide('approve', id, owners[0]!);
  await until('the first decision', async () => (await approval(id)).decisions.length === 1);
  expect(await approval(id)).toMatchObject({ state: 'pending', pamState: 'PendingApproval' });
  await decide('approve', id, dana);
  await until('the grant', () => asking.said().includes('active'));
  expect(await asking.ended).toBe(0);
  const lasted = Number(/lasted (\d+) s/.exec(asking.said())?.[1]);
  expect(Math.abs(lasted - seconds)).toBeLessThanOrEqual(5);
  const after = await server.rest.ok<{ decisions: object[] }>('GET', `/approvals/${id}`);
  expect(after).toMatchObject({
    state: 'closed',
    pamState: 'Closed',
    decisions: [
      { approver: owners[0], decision: 'approve', counted: true },
      { approver: dana, delegatedFrom: owners[2], decision: 'approve', counted: true },
    ],
  });
  await until('the last message', () => receiver.told.at(-1)?.type === 'approval.deactivate');
  expect(receiver.told.map(({ type }) => type)).toContain('approval.activate');
  expect(receiver.faults).toEqual([]);
  expect(new Set(receiver.told.map(({ id: delivery }) => delivery)).size).toBe(
    receiver.told.length,
  );
}, 180_000);

test('a grant that is over does not begin by an order to deliver again, and the order hears why', async () => {
  const begins = await until('the delivery', async () => {
    const path = '/webhooks/directory/deliveries?limit=100';
    const { items } = await server.rest.ok<{ items: { deliveryId: string; type: string }[] }>(
      'GET',
      path,
    );
    return items.find(({ type }) => type === 'approval.activate')?.deliveryId;
  });
  const told = receiver.told.length;
  const order = await server.rest.call('POST', `/deliveries/${begins}/redeliver`, {});
  expect([order.status, order.body]).toMatchObject([409, { code: 'ALREADY_DECIDED' }]);
  const typed = countersign(['webhooks', 'redeliver', begins, '--data', data.path]);
  await expect(typed).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'the approval is closed: nobody would end a grant that begins now',
    ),
  });
  // To say once more that it is over does no harm.
  const ends = begins.replace('-activate', '-deactivate');
  await server.rest.ok('POST', `/deliveries/${ends}/redeliver`, {});
  await until('the end to be told again', () => receiver.told.length > told);
  expect(receiver.told.slice(told).map(({ id }) => id)).toEqual([ends]);
}, 60_000);

test('one rejection ends it, with the comment; a late decision hears the state', async () => {
  const asking = ask('T-2', 60);
  const id = await until('the request', () => idIn(asking.said()) || undefined);
  await decide('reject', id, owners[0]!);
  expect(await asking.ended).toBe(1);
  expect(asking.said()).toMatch(/rejected/);
  const late = await decide('approve', id, dana);
  expect([late.status, late.body]).toMatchObject([409, { code: 'ALREADY_DECIDED' }]);
}, 120_000);

test('a request outlives the death of the server, and its reference stays one request', async () => {
  const request = {
    requestor: rita,
    subject: { kind: 'group', id: 'g', name: 'G' },
    title: 'Join G',
    policyId: 'owners',
    reference: 'kept',
  };
  const headers = { authorization: `Bearer ${token}` };
  const made = await server.rest.call<{ approvalId: string }>(
    'POST',
    '/approvals',
    request,
    headers,
  );
  expect(made.status).toBe(202);
  const { approvalId } = made.body;
  await server.kill('SIGKILL');
  await start();
  const again = await server.rest.call<{ approvalId: string }>(
    'POST',
    '/approvals',
    request,
    headers,
  );
  expect([again.status, again.body.approvalId]).toEqual([200, approvalId]);
  await decide('approve', approvalId, owners[0]!);
  await decide('approve', approvalId, dana);
  const ended = await until('the end', async () => {
    const now = await approval(approvalId);
    return now.state === 'approved' && now;
  });
  expect(ended.decisions).toHaveLength(2);
}, 180_000);
