import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
const user = 'ann@example.com';
beforeAll(async () => {
  rest = await restServer();
  await rest.call('POST', '/users', { username: user });
});
afterAll(() => rest.stop());

/** What the commands were told last, without the caller. */
const told = () => {
  const { name, args } = rest.calls.at(-1)!;
  return [name, ...args];
};

describe('bypasses', () => {
  test('are made, listed, replaced and revoked', async () => {
    const made = await rest.call('POST', '/bypasses', { user, reason: 'new phone', seconds: 15 });
    expect([made.status, made.json]).toEqual([
      201,
      { bypassId: expect.any(String), until: expect.any(String) },
    ]);
    await rest.call('POST', '/bypasses', { user, reason: 'again' });
    const path = `/bypasses?username=${user}`;
    expect((await rest.call('GET', path)).json.items).toMatchObject([
      { username: user, reason: 'again', seconds: 300 },
      { reason: 'new phone', seconds: 15, ended: 'replaced' },
    ]);
    expect((await rest.call('GET', `${path}&open=true`)).json.items).toHaveLength(1);
    expect((await rest.call('DELETE', `/bypasses/${user}`)).status).toBe(204);
    expect((await rest.call('DELETE', `/bypasses/${user}`)).status).toBe(404);
    expect((await rest.call('GET', `${path}&open=true`)).json.items).toEqual([]);
  });

  test('have a reason and at most a day', async () => {
    const faults = async (body: object) =>
      (await rest.call('POST', '/bypasses', { user, ...body })).status;
    expect(await faults({})).toBe(400);
    expect(await faults({ reason: '' })).toBe(400);
    expect(await faults({ reason: 'x', seconds: 0 })).toBe(400);
    expect(await faults({ reason: 'x', seconds: 86_401 })).toBe(400);
    expect(await faults({ reason: 'x', user: 'nobody' })).toBe(404);
  });
});

describe('PINs', () => {
  test('are set, to be changed unless told otherwise, and taken away', async () => {
    const path = `/users/${user}/pin`;
    expect((await rest.call('PUT', path, { pin: '739104' })).status).toBe(204);
    expect(told()).toEqual(['setPin', user, { pin: '739104', changeRequired: true }]);
    await rest.call('PUT', path, { pin: '739104', changeRequired: false });
    expect(told()).toEqual(['setPin', user, { pin: '739104', changeRequired: false }]);
    expect((await rest.call('DELETE', path)).status).toBe(204);
    expect(told()).toEqual(['removePin', user]);
    const weak = await rest.call('PUT', path, { pin: '1' });
    expect([weak.status, weak.json.code]).toEqual([422, 'INVALID']);
    expect((await rest.call('PUT', path, { pin: '1'.repeat(11) })).status).toBe(400);
    expect((await rest.call('PUT', '/users/nobody/pin', { pin: '739104' })).status).toBe(404);
  });
});

test('what is remembered of earlier approvals is forgotten, with a reason', async () => {
  const path = `/users/${user}/clear-cache`;
  expect((await rest.call('POST', path, { reason: 'lost laptop' })).status).toBe(204);
  expect(told()).toEqual(['clearCache', user, 'lost laptop']);
  expect((await rest.call('POST', path, {})).status).toBe(400);
});
