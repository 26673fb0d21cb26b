import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { operationsOf } from '../../../api/rest/operations.ts';
import { Rejected, type RejectedKind } from '../../../domain/errors.ts';
import { fakeFacade } from './fakeFacade.ts';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer({ limits: { callsPerSecond: 1000, failuresPerSecond: 1000 } });
});
afterAll(() => rest.stop());

/** Sends bytes as they are and returns what comes back until the server has answered. */
const raw = (origin: string, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.on('error', reject);
  });

describe('tokens', () => {
  test('a missing, empty, short or wrong token is 401 and names no resource', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      'Bearer x',
      'Basic YTpi',
      `Bearer ${'a'.repeat(43)}`,
    ])
      for (const path of ['/users', '/no-such-thing']) {
        const answer = await rest.call('GET', path, undefined, { authorization });
        expect([answer.status, answer.json.code]).toEqual([401, 'UNAUTHENTICATED']);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
  });

  test('SEC-20 SEC-64 the token is checked before one byte of the body is read', async () => {
    const head = 'POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const answer = await raw(rest.origin, `${head}Content-Length: 1000\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 401/);
  });

  test('every operation asks for its own scope and for nothing else', async () => {
    for (const operation of operationsOf(fakeFacade().facade)) {
      const path = operation.path.replaceAll(/\{\w+\}/g, 'none');
      const others = operation.scope === 'health' ? 'privacy' : 'health';
      const without = await rest.clientWith(others);
      const refused = await rest.call(operation.method.toUpperCase(), path, undefined, without);
      expect([operation.id, refused.status]).toEqual([operation.id, 403]);
      // A stream has no end to wait for.
      if (operation.kind === 'stream') continue;
      const allowed = await rest.clientWith(operation.scope);
      const answer = await rest.call(operation.method.toUpperCase(), path, undefined, allowed);
      expect([operation.id, answer.status === 403]).toEqual([operation.id, false]);
    }
  });

  test('nobody hands out a scope that they do not have', async () => {
    const limited = await rest.clientWith('settings.write');
    const body = { name: 'more', scopes: ['settings.write', 'users.write'] };
    const answer = await rest.call('POST', '/api-clients', body, limited);
    expect(answer.json).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
  });

  test('a hash that is none is refused at the start', async () => {
    await expect(restServer({ adminTokenHash: '' })).rejects.toThrow('64 hexadecimal digits');
  });
});

describe('answers', () => {
  test('carry the fixed headers and the id of the call', async () => {
    for (const path of ['/users', '/no-such-thing', '/health/live']) {
      const { headers } = await rest.call('GET', path);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('etag')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-request-id')).toMatch(/^[0-9A-F]{32}$/);
    }
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceparent = `00-${trace}-00f067aa0ba902b7-01`;
    const { headers } = await rest.call('GET', '/users', undefined, { traceparent });
    expect(headers.get('x-request-id')).toBe(trace.toUpperCase());
  });

  test('errors are problem documents with every member', async () => {
    const answer = await rest.call('GET', '/users/none');
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.json).toEqual({
      type: 'urn:countersign:problem:not-found',
      title: 'Not found',
      status: 404,
      code: 'NOT_FOUND',
      detail: 'There is no such user.',
      instance: `urn:countersign:call:${answer.headers.get('x-request-id')}`,
      errors: [],
    });
  });

  test('each refusal of the rules has its status', async () => {
    const table: Record<RejectedKind, number> = {
      notFound: 404,
      alreadyExists: 409,
      alreadyDecided: 409,
      expired: 409,
      invalid: 422,
      notAllowed: 403,
      conflict: 409,
      throttled: 429,
      limitReached: 409,
    };
    for (const [kind, status] of Object.entries(table)) {
      rest.failWith(new Rejected(kind as RejectedKind, 'because'));
      const answer = await rest.call('DELETE', '/users/x');
      expect([kind, answer.status, answer.json.detail]).toEqual([kind, status, 'because']);
      expect(answer.headers.has('retry-after')).toBe(kind === 'throttled');
    }
  });

  test('SEC-21 a fault of ours says nothing about itself, and the log hears all', async () => {
    const fault = new Error('SELECT * FROM users in /srv/app/views.ts');
    rest.failWith(fault);
    const answer = await rest.call('DELETE', '/users/x');
    expect(answer.json).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(answer.text).not.toMatch(/SELECT|views|srv|at /);
    const callId = answer.headers.get('x-request-id');
    expect(rest.logged.at(-1)).toEqual({ callId, error: fault });
  });

  test('an unknown method is 405 with what is allowed, an unknown path 404', async () => {
    const answer = await rest.call('PUT', '/users/x');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH');
    for (const path of ['/', '/user', '/Users', '/users/', '/users/a/b/c', '/docs/x'])
      expect((await rest.call('GET', path)).json).toMatchObject({ status: 404 });
    expect((await rest.call('GET', '/users/%E0%A4%A')).json).toMatchObject({ status: 400 });
  });
});

describe('bodies', () => {
  const user = { username: 'x' };
  test('are JSON in UTF-8 without an encoding', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/json; charset=utf-16',
      'application/jsonp',
    ]) {
      const answer = await rest.call('POST', '/users', user, { 'content-type': type });
      expect([type, answer.status]).toEqual([type, 415]);
    }
    const zipped = await rest.call('POST', '/users', user, { 'content-encoding': 'gzip' });
    expect(zipped.status).toBe(415);
    const good = { 'content-type': 'Application/JSON; charset=UTF-8' };
    expect((await rest.call('POST', '/users', { username: 'utf8' }, good)).status).toBe(201);
  });

  test('of more than 1 MB are 413, broken ones 400', async () => {
    const large = JSON.stringify({ username: 'x'.repeat(1024 * 1024) });
    expect((await rest.call('POST', '/users', large)).json).toMatchObject({ status: 413 });
    for (const body of ['{', '"x"', 'null', '1', '[]', '{"a":1}x', '\u0000'])
      expect([body, (await rest.call('POST', '/users', body)).status]).toEqual([body, 400]);
    expect((await rest.call('POST', '/users')).status).toBe(400);
  });

  test('H65-10 SEC-68 unknown fields, arrays for strings and repeated parameters are 400 with their path', async () => {
    const cases = [
      ['POST', '/users', { username: 'u', usrname: 1 }, 'body', '/usrname'],
      ['POST', '/users', { username: ['u'] }, 'body', '/username'],
      ['POST', '/users', { username: 'u', '/~': 1 }, 'body', '/~1~0'],
      ['POST', '/users/x/enable', { force: true }, 'body', '/force'],
      ['GET', '/users?limit=1&limit=2', undefined, 'query', '/limit'],
      ['GET', '/users?limit[]=1', undefined, 'query', '/limit[]'],
      ['GET', '/users?limit=501', undefined, 'query', '/limit'],
      ['GET', '/users?limit=1e1', undefined, 'query', '/limit'],
      ['DELETE', '/users/x?force=true', undefined, 'query', '/force'],
      ['GET', '/authentications/a%20b', undefined, 'path', '/id'],
      ['GET', '/authentications/ab?wait=31', undefined, 'query', '/wait'],
    ] as const;
    for (const [method, path, body, place, pointer] of cases) {
      const { status, json } = await rest.call(method, path, body);
      expect([path, status, json.errors[0]]).toMatchObject([
        path,
        400,
        { in: place, path: pointer },
      ]);
    }
  });
});
