import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { count } from '../../support/profile.ts';
import { factsOnDisk } from '../support/factLog.ts';
import { startNodes, type Nodes } from '../support/nodes.ts';
import { addOathUser } from '../support/people.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* One key in many hands, at two processes. */

const rounds = count(100);
const parallel = 50;
const data = temporaryData();
let nodes: Nodes;
beforeAll(async () => {
  nodes = await startNodes(data.path, {
    COUNTERSIGN_REST_CALLS_PER_SECOND: '10000',
    // Links that both hand out lead to the same place.
    COUNTERSIGN_PUBLIC_URL: 'https://mfa.example.org',
  });
}, 120_000);
afterAll(async () => await data.remove(), 60_000);

type Reply = { readonly requestId?: string; readonly code?: string };
const post = (index: number, key: string, body: object) => {
  const { rest } = index % 2 === 0 ? nodes.first : nodes.second;
  return rest.call<Reply>('POST', '/authentications', body, { 'idempotency-key': key });
};

test(`SEC-66 ${parallel} parallel calls with one key at 2 processes: one attempt, one challenge; another body is 422 at both`, async () => {
  const user = await addOathUser(nodes.first.rest, 'ann@example.org');
  for (let round = 0; round < rounds; round += 1) {
    const key = randomUUID();
    const body = { user: user.username, application: `VPN ${key}` };
    const replies = await Promise.all(
      Array.from({ length: parallel }, (_, index) => post(index, key, body)),
    );
    expect([...new Set(replies.map(({ status }) => status))]).toEqual([202]);
    expect(new Set(replies.map((reply) => reply.body.requestId)).size).toBe(1);
    const requestId = replies[0]!.body.requestId!;
    const challenges = factsOnDisk(data.path, 'UserChallengeOpened').filter(
      (fact) => fact.data['requestId'] === requestId,
    );
    expect(challenges).toHaveLength(1);
    for (const node of [0, 1]) {
      const other = await post(node, key, { ...body, application: 'Mail' });
      expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    }
    const { rest } = nodes.first;
    await rest.ok('POST', `/authentications/${requestId}/cancel`);
  }
}, 120_000);

test('SEC-66 a process that has not seen the key refuses another body as well', async () => {
  const user = await addOathUser(nodes.first.rest, 'bob@example.org');
  const key = randomUUID();
  const body = { user: user.username, application: 'VPN' };
  const first = await post(0, key, body);
  for (const change of [{ application: 'Mail' }, { user: 'ann@example.org' }, { reference: 'x' }]) {
    const other = await post(1, key, { ...body, ...change });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  }
  // The refused ones have not taken the key from the call that it names.
  for (const node of [0, 1])
    expect((await post(node, key, body)).body.requestId).toBe(first.body.requestId);
}, 60_000);

type Keyed = { readonly path: string; readonly body: object };
const sent = async (server: ServerProcess, { path, body }: Keyed, key: string) =>
  await server.rest.call<Record<string, string>>('POST', path, body, { 'idempotency-key': key });

test('SEC-66 H65-2 every other POST with one key at 2 processes at once is made once and answered alike', async () => {
  const user = await addOathUser(nodes.first.rest, 'otto@example.org');
  const opened = async (application: string) => {
    const body = { user: user.username, application };
    const { requestId } = await nodes.first.rest.ok('POST', '/authentications', body);
    return `/authentications/${String(requestId)}`;
  };
  const bodies: readonly Keyed[] = [
    { path: `${await opened('VPN')}/code`, body: { code: user.rightCode() } },
    { path: `${await opened('Mail')}/cancel`, body: {} },
    { path: '/users', body: { username: 'cleo@example.org' } },
    { path: '/users/cleo@example.org/recovery-codes', body: {} },
    { path: '/users/cleo@example.org/activations', body: {} },
    { path: '/users/cleo@example.org/tokens', body: {} },
    { path: '/bypasses', body: { user: 'cleo@example.org', reason: 'lost phone' } },
    { path: '/blocks', body: { username: 'cleo@example.org', reason: 'left' } },
    { path: '/blocks/cleo@example.org/unblock', body: { reason: 'came back' } },
    { path: '/api-clients', body: { name: 'shop', scopes: ['verify'] } },
    { path: '/service-accounts', body: { name: 'svc-shop' } },
    { path: '/configuration/radiusClient', body: { addresses: ['192.0.2.1'] } },
    { path: '/smtp/test', body: { to: 'cleo@example.org' } },
    { path: '/users', body: { username: 'CLEO@example.org' } },
  ];
  const types = [
    'UserAdded',
    'RecoveryCodesIssued',
    'ActivationIssued',
    'TokenAssigned',
    'BypassCreated',
    'UserBlocked',
    'UserUnblocked',
    'ApiClientAdded',
    'ServiceAccountAdded',
    'ConfigurationItemSet',
    'AuthenticationCodeSubmitted',
    'AuthenticationCancelled',
  ] as const;
  const made = () => types.map((type) => factsOnDisk(data.path, type).length);
  const factsBefore = made();
  const statuses: number[] = [];
  for (const [index, call] of bodies.entries()) {
    const key = `every-${index}`;
    const before = factsOnDisk(data.path, 'ApiCallBegun').length;
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, at) => sent(at % 2 ? nodes.first : nodes.second, call, key)),
    );
    const [one] = answers;
    const asWhole = (answer: (typeof answers)[number]) => ({
      ...answer,
      body: { ...answer.body, instance: '' },
    });
    for (const answer of answers) expect(asWhole(answer)).toEqual(asWhole(one!));
    expect(factsOnDisk(data.path, 'ApiCallBegun')).toHaveLength(before + 1);
    statuses.push(one!.status);
    for (const node of [nodes.first, nodes.second]) {
      const other = await sent(node, { ...call, body: { ...call.body, reason: 'another' } }, key);
      // What does not fit the description is no call, where nobody here has seen the key with another body.
      expect([call.path, [400, 422].includes(other.status)]).toEqual([call.path, true]);
    }
  }
  expect(statuses).toEqual([200, 200, 201, 201, 201, 201, 201, 201, 204, 201, 201, 201, 202, 409]);
  expect(made().map((facts, at) => [types[at], facts - factsBefore[at]!])).toEqual(
    types.map((type) => [type, 1]),
  );
}, 120_000);

test('H65-2 another body under a key of another process is 422, and changes nothing', async () => {
  const key = randomUUID();
  const add = (username: string): Keyed => ({ path: '/users', body: { username } });
  expect((await sent(nodes.first, add('dora@example.org'), key)).status).toBe(201);
  for (const node of [nodes.second, nodes.first]) {
    const other = await sent(node, add('emma@example.org'), key);
    expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  }
  expect((await nodes.first.rest.call('GET', '/users/emma@example.org')).status).toBe(404);
  expect((await sent(nodes.second, add('dora@example.org'), key)).status).toBe(201);

  // What does not fit the description is no call yet, and takes no key.
  const late = randomUUID();
  const unfit = { path: '/users', body: { name: 'fred@example.org' } };
  expect((await sent(nodes.first, unfit, late)).status).toBe(400);
  for (const node of [nodes.second, nodes.first])
    expect((await sent(node, add('fred@example.org'), late)).status).toBe(201);
}, 60_000);

const kills = count(20);

test(`H65-2 REL-02 ${kills} processes die between the fact and the answer: the repeat elsewhere is answered, and nothing is made twice`, async () => {
  let cut = 0;
  for (let round = 0; round < kills; round += 1) {
    const call: Keyed = { path: '/service-accounts', body: { name: `svc-${round}` } };
    const key = randomUUID();
    const added = () =>
      factsOnDisk(data.path, 'ServiceAccountAdded').filter(
        (fact) => fact.data['name'] === `svc-${round}`,
      );
    const first = sent(nodes.second, call, key).catch(() => undefined);
    while (added().length === 0) await pause(1);
    await nodes.second.kill('SIGKILL');
    if ((await first) === undefined) cut += 1;
    const again = await until('the survivor to answer', async () => {
      const answer = await sent(nodes.first, call, key);
      return answer.status === 503 ? undefined : answer;
    });
    expect(again.status).toBe(201);
    const { username, password } = again.body;
    expect(username).toBe(`svc-${round}`);
    // The password that the dead process made, which nobody has kept.
    const secretHash = createHash('sha256').update(password!).digest('hex');
    expect(added().map((fact) => fact.data['secretHash'])).toEqual([secretHash]);
    const second = await serve({ data: data.path, args: ['--join', 'second'] });
    nodes = { ...nodes, second };
    // It has not seen the key either.
    expect((await sent(second, call, key)).body).toEqual(again.body);
  }
  process.stderr.write(`${cut} of ${kills} were cut off before their answer\n`);
  expect(cut).toBeGreaterThanOrEqual(Math.floor(kills / 2));
}, 600_000);
