import { afterEach, describe, expect, test } from '@jest/globals';
import { CallRefused, countersign, Unreachable, type ClientOptions } from '../../client/index.ts';
import { restServer } from '../api/rest/server.ts';
import { busy, hangUp, json, stub, type Answer } from './stub.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
const clientOf = async (answers: readonly Answer[], options: Partial<ClientOptions> = {}) => {
  const server = await stub(...answers);
  stops.push(server.stop);
  return { ...server, client: countersign({ url: server.url, token: 't'.repeat(32), ...options }) };
};
const thrown = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a call', () => {
  test('goes to the real interface and comes back with its types', async () => {
    const rest = await restServer();
    stops.push(rest.stop);
    const client = countersign({ url: rest.origin, token: rest.adminToken });
    await client.call('addUser', { body: { username: 'ann@example.com', group: undefined } });
    const user = await client.call('getUser', { path: { username: 'ANN@example.com' } });
    expect(user.username).toBe('ann@example.com');
    expect(await client.call('disableUser', { path: { username: user.username } })).toBeUndefined();

    for (let index = 0; index < 501; index += 1)
      await rest.facade.commands.addUser(
        { actor: { kind: 'administrator', id: 'local' }, channel: 'rest' },
        { username: `many-${index}` },
      );
    const rows: string[] = [];
    for await (const row of client.rows('listUsers', { query: { text: 'many-' } }, 1000))
      rows.push(row.username);
    expect(rows).toHaveLength(501);
  });

  test('a refusal has its stable code, its words and the fields that were wrong', async () => {
    const rest = await restServer();
    stops.push(rest.stop);
    const client = countersign({ url: rest.origin, token: rest.adminToken });
    const body = { user: 'ann', application: '' };
    const error = await thrown(client.call('createAuthentication', { body }));
    expect(error).toBeInstanceOf(CallRefused);
    const { problem, message } = error as CallRefused;
    expect([problem.status, problem.code]).toEqual([400, 'BAD_REQUEST']);
    expect(message).toMatch(/\(application: .+\)$/);
  });

  test('parameters are escaped, and what is undefined is not sent', async () => {
    const { client, seen } = await clientOf([json(200, { items: [] })]);
    await client.call('userHistory', { path: { username: '../a b?' }, query: { limit: 5 } });
    await client.call('listUsers', { query: { text: undefined, blocked: false, group: 'a&b' } });
    expect(seen.map(({ url }) => url)).toEqual([
      '/api/v1/users/..%2Fa%20b%3F/history?limit=5',
      '/api/v1/users?blocked=false&group=a%26b',
    ]);
  });
});

describe('repeats', () => {
  test('429 and 503 are tried again where a repeat is the same call, a POST under one key', async () => {
    const { client, seen } = await clientOf([busy(503), busy(429), json(200, { requestId: 'R' })]);
    await client.call('createAuthentication', { body: { user: 'ann', application: 'VPN' } });
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(seen).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    await client.call('createAuthentication', { body: { user: 'ann', application: 'VPN' } });
    expect(seen.at(-1)?.headers['idempotency-key']).not.toBe(keys[0]);
  });

  test('a change without a key is made once, and what fails for good is not tried again', async () => {
    const change = await clientOf([busy(503)]);
    const path = { username: 'ann' };
    expect(await thrown(change.client.call('changeUser', { path, body: {} }))).toBeInstanceOf(
      CallRefused,
    );
    expect(change.seen).toHaveLength(1);
    const { client, seen } = await clientOf([json(404, { code: 'NOT_FOUND', detail: 'no' })]);
    expect(await thrown(client.call('getUser', { path }))).toBeInstanceOf(CallRefused);
    expect(seen).toHaveLength(1);
  });

  test('there is an end to it, and a server that wants a long pause is told of', async () => {
    const stubborn = await clientOf([busy(503)]);
    const path = { username: 'ann' };
    expect(await thrown(stubborn.client.call('getUser', { path }))).toBeInstanceOf(CallRefused);
    expect(stubborn.seen).toHaveLength(3);
    const { client, seen } = await clientOf([busy(429, '3600')]);
    const error = await thrown(client.call('getUser', { path }));
    expect((error as CallRefused).retryAfterMs).toBe(3_600_000);
    expect(seen).toHaveLength(1);
  });

  test('no answer, a late one and a wish to end are told apart', async () => {
    const path = { username: 'ann' };
    const { client } = await clientOf([hangUp]);
    expect(await thrown(client.call('getUser', { path }))).toBeInstanceOf(Unreachable);
    const late = await clientOf([() => undefined], { timeoutMs: 20 });
    expect(await thrown(late.client.call('getUser', { path }))).toBeInstanceOf(Unreachable);
    const signal = AbortSignal.abort(new Error('enough'));
    expect(await thrown(client.call('getUser', { path, signal }))).toMatchObject({
      message: 'enough',
    });
  });

  test('SEC-86 a token never crosses a network in the clear', async () => {
    const client = countersign({ url: 'http://mfa.example.com:8080', token: 't'.repeat(32) });
    expect(await thrown(client.call('getSettings'))).toBeInstanceOf(TypeError);
  });
});

describe('what takes its time', () => {
  test('a poll waits at the server and goes on over a broken connection', async () => {
    const { client, seen } = await clientOf([
      json(202, { requestId: 'R1', state: 'awaiting-user', displayNumber: '42' }),
      json(200, { requestId: 'R1', state: 'awaiting-user' }),
      hangUp,
      json(200, { requestId: 'R1', state: 'approved' }),
    ]);
    const numbers: string[] = [];
    const ended = await client.verify(
      { user: 'ann', application: 'VPN' },
      { onNumber: (digits) => numbers.push(digits) },
    );
    expect([ended.state, numbers]).toEqual(['approved', ['42']]);
    expect(seen.slice(1).map(({ url }) => url)).toEqual(
      Array.from({ length: 3 }, () => '/api/v1/authentications/R1?wait=30'),
    );
  });

  test('events go on behind the last one, also where the first connection brought none', async () => {
    const event = (position: number) =>
      `id: ${position}\nevent: x\ndata: {"position":${position}}\n\n`;
    const { client, seen } = await clientOf([
      json(200, { items: [], newest: 4 }),
      hangUp,
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`: nothing new\n\n${event(5)}${event(6)}id: 7\nda`);
        setTimeout(() => response.destroy(), 50);
      },
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(event(7));
      },
    ]);
    const positions: number[] = [];
    for await (const { position } of client.events({ query: { types: 'user.*' } })) {
      positions.push(position);
      if (position === 7) break;
    }
    expect(positions).toEqual([5, 6, 7]);
    expect(
      seen.slice(1).map(({ url }) => new URL(url, 'http://x').searchParams.get('after')),
    ).toEqual(['4', '4', '6']);
  });

  test('lines end with the problem that ended them', async () => {
    const { client } = await clientOf([
      (response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        response.end(
          '{"done":1,"total":2}\n{"problem":{"status":503,"code":"UNAVAILABLE","detail":"no log"}}\n',
        );
      },
    ]);
    const lines: unknown[] = [];
    const read = async () => {
      for await (const line of client.lines('rebuildViews')) lines.push(line);
    };
    expect(await thrown(read())).toMatchObject({ message: 'no log', problem: { status: 503 } });
    expect(lines).toEqual([{ done: 1, total: 2 }]);
  });
});
