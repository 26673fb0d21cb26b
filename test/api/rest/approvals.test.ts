import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer({ limits: { callsPerSecond: 1000 } });
});
afterAll(() => rest.stop());

const asked = {
  requestor: 'rita@example.org',
  subject: { kind: 'group', id: 'admins', name: 'Administrators' },
  title: 'Join Administrators',
  details: [{ label: 'Ticket', value: '4711' }],
  requestedTtlSeconds: 600,
  policyId: 'owners',
};
const ask = async (more: object = {}, headers: Record<string, string> = {}) => {
  const answer = await rest.call('POST', '/approvals', { ...asked, ...more }, headers);
  return { answer, path: `/approvals/${answer.json.approvalId}` };
};
const reason = { reason: 'no longer needed' };

describe('requests for approval', () => {
  test('are made, found under their location, and named as PAM names them', async () => {
    const { answer, path } = await ask();
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/v1${path}`]);
    expect(answer.json).toMatchObject({ state: 'pending', pamState: 'PendingApproval' });
    const { json } = await rest.call('GET', path);
    expect(json).toMatchObject({ title: asked.title, details: asked.details, ttlSeconds: 600 });
    const { json: list } = await rest.call('GET', '/approvals?state=pending');
    expect(
      list.items.map((one: { approvalId: string }) => `/approvals/${one.approvalId}`),
    ).toContain(path);
  });

  test('the same reference is the same request', async () => {
    const first = await ask({ reference: 'T-1' });
    const second = await ask({ reference: 'T-1' });
    expect([first.answer.status, second.answer.status]).toEqual([202, 200]);
    expect(second.path).toBe(first.path);
  });

  test('are refused with the code that says why', async () => {
    const { answer } = await ask({ policyId: 'nobody' });
    expect([answer.status, answer.json.code]).toEqual([422, 'NO_APPROVERS']);
  });

  test.each([
    [{ title: 'x'.repeat(81) }, '/title'],
    [{ link: 'javascript:alert(1)' }, '/link'],
    [{ requestedTtlSeconds: 0 }, '/requestedTtlSeconds'],
    [{ details: Array.from({ length: 21 }, () => ({ label: 'a', value: 'b' })) }, '/details'],
    [{ approvers: ['eve@example.org'] }, '/approvers'],
  ])('SEC-84 a wrong field is refused with its place: %p', async (more, place) => {
    const { answer } = await ask(more);
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, place]);
  });

  test('others do not see them, nor who is asked where the policy hides it', async () => {
    const owner = await rest.clientWith('approvals.request');
    const other = await rest.clientWith('approvals.request', 'approvals.decide');
    const reader = await rest.clientWith('approvals.request', 'approvals.read');
    const { path } = await ask({}, owner);
    const statuses = await Promise.all(
      [
        rest.call('GET', path, undefined, owner),
        rest.call('GET', path, undefined, other),
        rest.call('POST', `${path}/cancel`, reason, other),
        rest.call('POST', `${path}/close`, reason, other),
        rest.call('POST', `${path}/force-cancel`, reason, owner),
      ].map(async (answer) => (await answer).status),
    );
    expect(statuses).toEqual([200, 404, 404, 404, 403]);
    expect((await rest.call('GET', path, undefined, owner)).json.asked).toEqual([]);
    expect((await rest.call('GET', path, undefined, reader)).json.asked).toEqual([
      'ann@example.org',
    ]);
  });

  test('are taken back once; a second time is a conflict with the state', async () => {
    const { path } = await ask();
    const ended = await rest.call('POST', `${path}/cancel`, reason);
    expect([ended.status, ended.json.pamState, ended.json.pollAfter]).toEqual([
      200,
      'Closed',
      undefined,
    ]);
    const late = await rest.call('POST', `${path}/cancel`, reason);
    expect([late.status, late.json.detail]).toEqual([409, 'the request is cancelled']);
  });
});

test('SEC-66 50 calls at once with one Idempotency-Key are one request; another body is refused', async () => {
  const key = { 'idempotency-key': 'once' };
  const before = rest.calls.filter(({ name }) => name === 'createApproval').length;
  const all = await Promise.all(Array.from({ length: 50 }, () => ask({}, key)));
  expect(new Set(all.map(({ path }) => path)).size).toBe(1);
  expect(rest.calls.filter(({ name }) => name === 'createApproval').length).toBe(before + 1);
  expect((await ask({ title: 'Another' }, key)).answer.status).toBe(422);
});

describe('decisions', () => {
  test('name the text that was shown and lead to a verification of the approver', async () => {
    const { path } = await ask();
    const { hash } = (await rest.call('GET', path)).json;
    const decision = { approver: 'ann@example.org', hash };
    const approving = await rest.call('POST', `${path}/approve`, decision);
    expect([approving.status, typeof approving.json.requestId]).toEqual([202, 'string']);
    const other = await rest.call('POST', `${path}/reject`, { ...decision, hash: 'b'.repeat(64) });
    expect(other.status).toBe(409);
    const cut = await rest.call('POST', `${path}/reject`, { ...decision, ttlSeconds: 60 });
    expect(cut.status).toBe(400);
    expect(
      (await rest.call('POST', `${path}/approve`, { approver: 'ann@example.org' })).status,
    ).toBe(400);
  });

  test('wait in the inbox of whom they are asked of', async () => {
    const { json } = await rest.call('GET', '/users/ann@example.org/approvals');
    expect(json.items[0]).toMatchObject({ approval: { pamState: expect.any(String) } });
  });

  test('policies are listed for whoever may ask by them', async () => {
    const client = await rest.clientWith('approvals.request');
    const { json } = await rest.call('GET', '/approval-policies', undefined, client);
    expect(json.items).toMatchObject([{ policyId: 'owners', policy: { maxTtlSeconds: 3600 } }]);
  });
});
