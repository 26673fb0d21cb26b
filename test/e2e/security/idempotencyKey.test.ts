import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { count } from '../../support/profile.ts';
import { factsOnDisk } from '../support/factLog.ts';
import { startNodes, type Nodes } from '../support/nodes.ts';
import { addOathUser } from '../support/people.ts';
import { temporaryData } from '../support/serverProcess.ts';

/* One key in many hands, at two processes. */

const rounds = count(100);
const parallel = 50;
const data = temporaryData();
let nodes: Nodes;
beforeAll(async () => {
  nodes = await startNodes(data.path, { COUNTERSIGN_REST_CALLS_PER_SECOND: '10000' });
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
