import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Unavailable } from '../../../api/facade.ts';
import { Overloaded } from '../../../api/facade/overloaded.ts';
import { bestOf } from '../../support/speed.ts';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer();
  await rest.call('POST', '/users', { username: 'ann@example.com' });
});
afterAll(() => rest.stop());

const longPollMs = 500;
const ask = { user: 'ann@example.com', application: 'VPN' };

const open = async (): Promise<string> =>
  (await rest.call('POST', '/authentications', ask)).json.requestId;

describe('creating', () => {
  test('a push answers 202 at once, with where and when to ask again', async () => {
    const asked = await rest.call('POST', '/authentications', { ...ask, reference: 'case 7' });
    expect(asked.status).toBe(202);
    expect(asked.json).toMatchObject({ state: 'awaiting-user', reference: 'case 7', pollAfter: 1 });
    expect(asked.headers.get('location')).toBe(`/api/v1/authentications/${asked.json.requestId}`);
  });

  test('H65-8 a code is decided in the answer, right or wrong, and a denial is no error', async () => {
    const right = await rest.call('POST', '/authentications', { ...ask, code: '123456' });
    expect([right.status, right.json.state, right.json.code]).toEqual([
      200,
      'approved',
      'APPROVED',
    ]);
    const wrong = await rest.call('POST', '/authentications', { ...ask, code: 'x' });
    expect([wrong.status, wrong.json.state, wrong.json.code]).toEqual([
      200,
      'denied',
      'WRONG_CODE',
    ]);
  });

  test('SEC-33 any text is a code, which is wrong and no malformed request', async () => {
    for (const code of ['', '1', 'abcdef', ' 123 456 ', '١٢٣٤٥٦', '9'.repeat(64), '\u0000']) {
      const answer = await rest.call('POST', '/authentications', { ...ask, code });
      expect([answer.status, answer.json.code]).toEqual([200, 'WRONG_CODE']);
    }
  });

  test('wait holds the answer until the decision', async () => {
    const asking = rest.call('POST', '/authentications', { ...ask, wait: 20 });
    await rest.until(() => [...rest.requests.values()].at(-1)?.view.state === 'awaiting-user');
    rest.decide([...rest.requests.keys()].at(-1) ?? '', 'APPROVED');
    expect((await asking).json).toMatchObject({ state: 'approved' });
  });

  test('fields arrive at the command under its own names', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const more = { clientIp: '192.0.2.7', expiresIn: 30, method: 'app', requireUserMatch: false };
    await rest.call('POST', '/authentications', { ...ask, ...more }, headers);
    expect(rest.calls.at(-1)?.args[0]).toEqual({
      username: 'ann@example.com',
      application: 'VPN',
      initiatingIp: '192.0.2.7',
      expiresInSeconds: 30,
      method: 'app',
      requireUserMatch: false,
      idempotencyKey: 'k-1',
    });
    expect(rest.calls.at(-1)?.caller).toMatchObject({
      actor: { kind: 'administrator', id: 'local' },
      channel: 'rest',
    });
  });

  test('a dependency that does not answer is 503 with a time to come back', async () => {
    rest.failWith(new Unavailable('SQLITE_BUSY at /var/lib'));
    const answer = await rest.call('POST', '/authentications', ask);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.text).not.toMatch(/SQLITE|var/);
  });
});

test('REL-13 too much at once is 503 with a time to come again', async () => {
  rest.failWith(new Overloaded('too many wait'));
  const { status, headers, json } = await rest.call('POST', '/authentications', ask);
  expect([status, headers.get('retry-after'), json.code]).toEqual([503, '5', 'UNAVAILABLE']);
});

describe('an open authentication', () => {
  test('is read, and a long poll answers within 500 ms of the decision', async () => {
    const answered = await bestOf(longPollMs, async () => {
      const id = await open();
      expect((await rest.call('GET', `/authentications/${id}`)).json).toMatchObject({
        user: 'ann@example.com',
        state: 'awaiting-user',
      });
      const polling = rest.call('GET', `/authentications/${id}?wait=30`);
      await rest.until(() => rest.waiting.has(id));
      rest.decide(id, 'USER_DENIED');
      const decided = performance.now();
      expect((await polling).json).toMatchObject({ state: 'denied', code: 'USER_DENIED' });
      return performance.now() - decided;
    });
    expect(answered).toBeLessThan(longPollMs);
  });

  test('takes codes until one is right; a late one is CODE_EXPIRED', async () => {
    const id = await open();
    const wrong = await rest.call('POST', `/authentications/${id}/code`, { code: '1' });
    expect([wrong.status, wrong.json.triesLeft]).toEqual([200, 2]);
    const right = await rest.call('POST', `/authentications/${id}/code`, { code: '123456' });
    expect(right.json.state).toBe('approved');
    const late = await rest.call('POST', `/authentications/${id}/code`, { code: '123456' });
    expect(late.json).toMatchObject({ status: 409, code: 'CODE_EXPIRED' });
  });

  test('is cancelled once', async () => {
    const id = await open();
    expect((await rest.call('POST', `/authentications/${id}/cancel`)).json.state).toBe('cancelled');
    const again = await rest.call('POST', `/authentications/${id}/cancel`);
    expect(again.json).toMatchObject({ status: 409, code: 'ALREADY_DECIDED' });
  });

  test('is listed by user and state', async () => {
    const listed = await rest.call('GET', '/authentications?user=ann@example.com&state=cancelled');
    expect(listed.json.items).toMatchObject([{ state: 'cancelled' }]);
  });
});

describe('SEC-63 a caller that may only verify', () => {
  test('sees, cancels and answers its own requests and no other', async () => {
    const mine = await rest.clientWith('verify');
    const own = await rest.call('POST', '/authentications', ask, mine);
    const other = await rest.call('POST', '/authentications', ask);
    const path = (answer: typeof own): string => `/authentications/${answer.json.requestId}`;
    expect((await rest.call('GET', path(own), undefined, mine)).status).toBe(200);
    expect((await rest.call('GET', path(other), undefined, mine)).status).toBe(404);
    expect((await rest.call('POST', `${path(other)}/cancel`, undefined, mine)).status).toBe(404);
    const code = { code: '123456' };
    expect((await rest.call('POST', `${path(other)}/code`, code, mine)).status).toBe(404);
    expect((await rest.call('POST', `${path(own)}/code`, code, mine)).status).toBe(200);
  });

  test('has no list, no user, no block and no setting', async () => {
    const mine = await rest.clientWith('verify');
    for (const path of ['/authentications', '/users', '/blocks', '/settings', '/audit']) {
      const answer = await rest.call('GET', path, undefined, mine);
      expect([path, answer.status, answer.json.code]).toEqual([path, 403, 'SCOPE_MISSING']);
    }
  });
});
