import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer({ limits: { failuresPerSecond: 1_000 } });
});
afterAll(() => rest.stop());

const add = async (more: object = {}) =>
  (await rest.call('POST', '/api-clients', { name: 'x', scopes: ['users.read'], ...more })).json;

describe('API clients', () => {
  test('are added, read, listed, changed and removed; the secret is in one answer only', async () => {
    const limits = {
      groups: ['Sales'],
      applications: ['VPN'],
      addresses: ['192.0.2.0/24', '2001:db8::1'],
      until: '2027-01-31T00:00:00+01:00',
    };
    const made = await add({ limits });
    const path = `/api-clients/${made.clientId}`;
    const read = await rest.call('GET', path);
    const shown = {
      clientId: made.clientId,
      name: 'x',
      kind: 'token',
      scopes: ['users.read'],
      limits: { ...limits, until: '2027-01-30T23:00:00.000Z' },
      enabled: true,
      version: 1,
    };
    expect(read.json).toEqual({ ...shown, addedAt: expect.any(String) });
    expect(read.headers.get('etag')).toBe('"1"');
    const listed = await rest.call('GET', '/api-clients');
    expect(listed.json.items).toContainEqual(read.json);
    for (const { text } of [read, listed]) expect(text).not.toContain(made.token);

    const changed = await rest.call(
      'PATCH',
      path,
      { limits: {}, name: 'y' },
      { 'if-match': '"1"' },
    );
    expect(changed.json).toMatchObject({ name: 'y', limits: {}, version: 2 });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await rest.call('DELETE', path)).status).toBe(204);
    expect((await rest.call('GET', path)).status).toBe(404);
  });

  test('H65-6 two editors with the same ETag: one wins, one gets 412; without one 428', async () => {
    const { clientId } = await add();
    const path = `/api-clients/${clientId}`;
    const edit = (name: string, tag: string) =>
      rest.call('PATCH', path, { name }, { 'if-match': tag });
    const both = await Promise.all([edit('a', '"1"'), edit('b', '"1"')]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 412]));
    expect((await edit('c', '')).json).toMatchObject({ status: 428, code: 'VERSION_MISSING' });
    expect((await edit('c', '"nonsense"')).status).toBe(412);
    expect((await edit('c', '*')).status).toBe(200);
  });

  test('H65-6 settings: one wins, one gets 412', async () => {
    const etag = (await rest.call('GET', '/settings')).headers.get('etag')!;
    const edit = (blockDays: number, tag: string) =>
      rest.call('PATCH', '/settings', { blockDays }, { 'if-match': tag });
    const both = await Promise.all([edit(11, etag), edit(12, etag)]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([204, 412]));
    expect((await edit(13, '')).json).toMatchObject({ status: 428, code: 'VERSION_MISSING' });
    expect((await edit(13, '*')).status).toBe(204);
  });

  test('a new secret ends the one before', async () => {
    const { clientId, token } = await add();
    const answer = await rest.call('POST', `/api-clients/${clientId}/secret`);
    expect(answer.status).toBe(201);
    const status = async (secret: string) => {
      const headers = { authorization: `Bearer ${secret}` };
      return (await rest.call('GET', '/users', undefined, headers)).status;
    };
    expect([await status(token), await status(answer.json.token)]).toEqual([401, 200]);
  });

  test('SEC-60 nobody makes a client that may more than they do, nor takes one over', async () => {
    const strong = await add({ scopes: ['privacy'] });
    const weak = await rest.clientWith('settings.write', 'settings.read');
    const path = `/api-clients/${strong.clientId}`;
    for (const [method, at, body] of [
      ['POST', '/api-clients', { name: 'more', scopes: ['privacy'] }],
      ['POST', `${path}/secret`, undefined],
      ['PATCH', path, { enabled: false }],
    ] as const) {
      const answer = await rest.call(method, at, body, weak);
      expect([at, answer.json.code]).toEqual([at, 'SCOPE_MISSING']);
    }
    const bound = await add({
      scopes: ['settings.write', 'settings.read'],
      limits: { addresses: ['127.0.0.0/8'] },
    });
    const headers = { authorization: `Bearer ${bound.token}` };
    const free = { name: 'free', scopes: ['settings.read'] };
    const answer = await rest.call('POST', '/api-clients', free, headers);
    expect(answer.json.code).toBe('TOKEN_LIMITED');
    const own = await rest.call('PATCH', `/api-clients/${bound.clientId}`, { limits: {} }, headers);
    expect(own.json.code).toBe('TOKEN_LIMITED');
  });

  test('are let in from their networks only', async () => {
    const here = await add({ limits: { addresses: ['127.0.0.0/8'] } });
    const elsewhere = await add({ limits: { addresses: ['192.0.2.7'] } });
    const call = ({ token }: { token: string }) =>
      rest.call('GET', '/users', undefined, { authorization: `Bearer ${token}` });
    expect((await call(here)).status).toBe(200);
    expect((await call(elsewhere)).json).toMatchObject({
      status: 403,
      code: 'NETWORK_NOT_ALLOWED',
    });
  });
});
