import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
let now = 0;
beforeAll(async () => {
  rest = await restServer({ limits: { callsPerSecond: 1000 } });
});
afterAll(() => rest.stop());

const key = (value: string) => ({ 'idempotency-key': value });

describe('Idempotency-Key', () => {
  test('the same call gets the same answer and runs once, also while it runs', async () => {
    const body = { name: 'once' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => rest.call('POST', '/service-accounts', body, key('a'))),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(rest.calls.filter(({ name }) => name === 'addServiceAccount')).toHaveLength(1);
  });

  test('another body, or another resource, under the same key is 422', async () => {
    await rest.call('POST', '/users', { username: 'k1' }, key('b'));
    for (const [path, body] of [
      ['/users', { username: 'k2' }],
      ['/service-accounts', { name: 'k1' }],
    ] as const) {
      const answer = await rest.call('POST', path, body, key('b'));
      expect(answer.json).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    }
  });

  test('keys of different callers do not meet', async () => {
    const other = await rest.clientWith('users.write');
    await rest.call('POST', '/users', { username: 'c1' }, key('c'));
    const answer = await rest.call('POST', '/users', { username: 'c2' }, { ...other, ...key('c') });
    expect(answer.status).toBe(201);
  });

  test('a refusal is kept, a fault of ours may be tried again, a bad key is 400', async () => {
    rest.failWith(new Error('disk'));
    expect((await rest.call('POST', '/users', { username: 'd' }, key('d'))).status).toBe(500);
    expect((await rest.call('POST', '/users', { username: 'd' }, key('d'))).status).toBe(201);
    expect((await rest.call('POST', '/users', { username: 'd' }, key('e'))).status).toBe(409);
    await rest.call('DELETE', '/users/d');
    expect((await rest.call('POST', '/users', { username: 'd' }, key('e'))).status).toBe(409);
    expect((await rest.call('POST', '/users', { username: 'f' }, key('a b'))).status).toBe(400);
  });

  test('SEC-66 50 authentications at once with one key are one attempt', async () => {
    await rest.call('POST', '/users', { username: 'one@example.com' });
    const body = { user: 'one@example.com', application: 'VPN' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => rest.call('POST', '/authentications', body, key('auth'))),
    );
    expect(new Set(answers.map(({ json }) => json.requestId)).size).toBe(1);
    const other = await rest.call(
      'POST',
      '/authentications',
      { ...body, application: 'X' },
      key('auth'),
    );
    expect(other.status).toBe(422);
  });
});

describe('limits', () => {
  test('a token that calls too often gets 429, and others do not notice', async () => {
    const limited = await restServer({ limits: { callsPerSecond: 5 }, clock: () => now });
    try {
      const client = await limited.clientWith('users.read');
      const calls = async (headers?: Record<string, string>): Promise<Response['status'][]> => {
        const statuses: number[] = [];
        for (let call = 0; call < 6; call += 1)
          statuses.push((await limited.call('GET', '/users?limit=1', undefined, headers)).status);
        return statuses;
      };
      expect(await calls(client)).toEqual([200, 200, 200, 200, 200, 429]);
      const refused = await limited.call('GET', '/users', undefined, client);
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(refused.headers.get('ratelimit-limit')).toBe('5');
      expect((await limited.call('GET', '/users')).status).toBe(200);
      now += 1000;
      expect((await limited.call('GET', '/users', undefined, client)).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });

  test('an address that guesses tokens gets 429 instead of 401', async () => {
    const limited = await restServer({ limits: { failuresPerSecond: 1 }, clock: () => now });
    try {
      const statuses: number[] = [];
      for (let guess = 0; guess < 6; guess += 1) {
        const token = createHash('sha256').update(String(guess)).digest('hex');
        const headers = { authorization: `Bearer ${token}` };
        statuses.push((await limited.call('GET', '/users', undefined, headers)).status);
      }
      expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
      expect((await limited.call('GET', '/users')).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });

  test('SEC-65 a token has so many calls running at once', async () => {
    const limited = await restServer({ limits: { runningCalls: 2 } });
    try {
      await limited.call('POST', '/users', { username: 'w' });
      const body = { user: 'w', application: 'VPN', wait: 30 };
      const waiting = [1, 2].map(() => limited.call('POST', '/authentications', body));
      await limited.until(() => limited.requests.size === 2);
      expect((await limited.call('GET', '/users')).status).toBe(429);
      for (const requestId of limited.requests.keys()) limited.decide(requestId, 'APPROVED');
      await Promise.all(waiting);
      expect((await limited.call('GET', '/users')).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });
});
