import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer();
});
afterAll(() => rest.stop());

describe('users', () => {
  test('are added, read, changed, disabled, enabled, listed and removed', async () => {
    const added = await rest.call('POST', '/users', {
      username: 'ann@example.com',
      firstName: 'Ann',
      method: 'app',
      phone: '+1 5555550147',
    });
    expect(added.status).toBe(201);
    expect(added.headers.get('location')).toBe('/api/v1/users/ann%40example.com');

    const found = await rest.call('GET', '/users/ANN@example.com');
    expect(found.json).toMatchObject({ userId: added.json.userId, phone: '+1 XXXXXXX147' });

    const patch = { lastName: 'Lee', method: 'oath' };
    expect((await rest.call('PATCH', '/users/ann@example.com', patch)).status).toBe(204);
    expect((await rest.call('POST', '/users/ann@example.com/disable')).status).toBe(204);
    expect((await rest.call('GET', '/users?enabled=false')).json.items).toMatchObject([
      { username: 'ann@example.com', lastName: 'Lee', method: 'oath', enabled: false },
    ]);
    expect((await rest.call('POST', '/users/ann@example.com/enable', {})).status).toBe(204);
    expect((await rest.call('DELETE', '/users/ann@example.com')).status).toBe(204);
    const gone = await rest.call('GET', '/users/ann@example.com');
    expect(gone.json).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  test('a name that is taken is a conflict, an unknown user is not found', async () => {
    await rest.call('POST', '/users', { username: 'taken@example.com' });
    const again = await rest.call('POST', '/users', { username: 'TAKEN@example.com' });
    expect(again.json).toMatchObject({ status: 409, code: 'ALREADY_EXISTS' });
    expect((await rest.call('PATCH', '/users/none', { firstName: 'x' })).status).toBe(404);
    expect((await rest.call('POST', '/users/none/enable')).status).toBe(404);
    expect((await rest.call('DELETE', '/users/none')).status).toBe(404);
  });

  test('lists page by cursor', async () => {
    for (const name of ['p1', 'p2', 'p3']) await rest.call('POST', '/users', { username: name });
    const first = await rest.call('GET', '/users?text=p&limit=2');
    expect(first.json.items).toHaveLength(2);
    const rest2 = await rest.call('GET', `/users?text=p&limit=2&cursor=${first.json.nextCursor}`);
    const names = [...first.json.items, ...rest2.json.items].map(
      ({ username }: { username: string }) => username,
    );
    expect(new Set(names).size).toBe(names.length);
    expect(rest2.json.nextCursor).toBeUndefined();
  });
});

describe('factors', () => {
  test('an activation has a code, a link and its QR code', async () => {
    await rest.call('POST', '/users', { username: 'qr@example.com' });
    const made = await rest.call('POST', '/users/qr@example.com/activations');
    expect(made.status).toBe(201);
    expect(made.json.code).toMatch(/^\d{9}$/);
    expect(made.json.qr).toMatch(/^data:image\/svg\+xml;base64,/);
  });

  test('a token is assigned with our secret or theirs, and taken away', async () => {
    await rest.call('POST', '/users', { username: 'otp@example.com' });
    const ours = await rest.call('POST', '/users/otp@example.com/tokens', {});
    expect(ours.json.secret).toMatch(/^[A-Z2-7]{32}$/);
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    const theirs = await rest.call('POST', '/users/otp@example.com/tokens', { secret, digits: 8 });
    expect(theirs.json.secret).toBeUndefined();
    const path = `/users/otp@example.com/tokens/${theirs.json.tokenId}`;
    expect((await rest.call('DELETE', path)).status).toBe(204);
    const short = await rest.call('POST', '/users/otp@example.com/tokens', { secret: 'ABC' });
    expect(short.status).toBe(400);
  });

  test('a device that is not the user’s is not found', async () => {
    expect((await rest.call('DELETE', '/users/qr@example.com/devices/ABC')).status).toBe(404);
  });
});

describe('blocks and fraud', () => {
  test('a block is made, listed and lifted, each with a reason', async () => {
    await rest.call('POST', '/users', { username: 'bad@example.com' });
    const body = { username: 'bad@example.com', reason: 'stolen phone', days: 3 };
    const made = await rest.call('POST', '/blocks', body);
    expect(made.status).toBe(201);
    expect((await rest.call('GET', '/blocks?username=bad@example.com')).json.items).toMatchObject([
      { blockId: made.json.blockId, reason: 'stolen phone' },
    ]);
    const path = '/blocks/bad@example.com/unblock';
    expect((await rest.call('POST', path, {})).json.errors).toMatchObject([{ path: '/reason' }]);
    expect((await rest.call('POST', path, { reason: 'found' })).status).toBe(204);
    expect((await rest.call('POST', path, { reason: 'found' })).status).toBe(404);
  });

  test('a budget of guesses is given back with a reason', async () => {
    await rest.call('POST', '/users', { username: 'guessed@example.com' });
    const path = '/users/guessed@example.com/unlock';
    expect((await rest.call('POST', path, {})).json.errors).toMatchObject([{ path: '/reason' }]);
    expect((await rest.call('POST', path, { reason: 'new phone' })).status).toBe(204);
    expect((await rest.call('POST', '/users/nobody/unlock', { reason: 'x' })).status).toBe(404);
  });

  test('a verdict on a fraud report reaches the command', async () => {
    const { json } = await rest.call('POST', '/authentications', { user: 'x', application: 'A' });
    const verdict = { verdict: 'dismissed', note: 'my own tap', unblock: true };
    const done = await rest.call('POST', `/fraud-reports/${json.requestId}/review`, verdict);
    expect(done.status).toBe(204);
    expect(rest.calls.at(-1)).toMatchObject({
      name: 'reviewFraud',
      args: [json.requestId, verdict],
    });
  });
});

describe('callers, settings, audit, maintenance', () => {
  test('a service account is added, listed and removed', async () => {
    const made = await rest.call('POST', '/service-accounts', { name: 'mim' });
    expect(made.json).toMatchObject({ username: 'mim' });
    const listed = await rest.call('GET', '/service-accounts');
    expect(listed.json.items).toMatchObject([{ name: 'mim' }]);
    expect(listed.text).not.toContain(made.json.password);
    expect((await rest.call('DELETE', '/service-accounts/mim')).status).toBe(204);
    expect((await rest.call('DELETE', '/service-accounts/mim')).status).toBe(404);
  });

  test('a client’s token works until the client is removed', async () => {
    const made = await rest.call('POST', '/api-clients', { name: 'x', scopes: ['users.read'] });
    const authorization = `Bearer ${made.json.token}`;
    expect((await rest.call('GET', '/users', undefined, { authorization })).status).toBe(200);
    await rest.call('DELETE', `/api-clients/${made.json.clientId}`);
    expect((await rest.call('GET', '/users', undefined, { authorization })).status).toBe(401);
  });

  test('settings are read and changed within their bounds', async () => {
    expect((await rest.call('GET', '/settings')).json).toMatchObject({ blockDays: 90 });
    expect((await rest.call('PATCH', '/settings', { blockDays: 30 })).status).toBe(204);
    expect((await rest.call('GET', '/settings')).json).toMatchObject({ blockDays: 30 });
    const wrong = await rest.call('PATCH', '/settings', { blockDays: 0, blokDays: 1 });
    expect(wrong.status).toBe(400);
    expect(wrong.json.errors.map(({ path }: { path: string }) => path).toSorted()).toEqual([
      '/blockDays',
      '/blokDays',
    ]);
  });

  test('the audit log is filtered, and a request tells its story', async () => {
    const listed = await rest.call('GET', '/audit?type=changeSettings&from=2026-01-01T00:00:00Z');
    expect(listed.json.items).toMatchObject([{ type: 'changeSettings' }]);
    const { json } = await rest.call('POST', '/authentications', { user: 'x', application: 'A' });
    const story = await rest.call('GET', `/audit/explain/${json.requestId}`);
    expect(story.json.events).toHaveLength(2);
    expect((await rest.call('GET', '/audit/explain/FFFF')).status).toBe(404);
  });

  test('a rebuild answers progress and then its report', async () => {
    const done = await rest.call('POST', '/maintenance/rebuild-views');
    expect(done.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    const lines = done.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ done: 3, total: 7 }, { report: { events: 7 } }]);
  });
});
