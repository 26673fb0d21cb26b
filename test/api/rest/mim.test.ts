import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resultCodes } from '../../../domain/results.ts';
import { failureText } from '../../../api/rest/mimTexts.ts';
import { restServer, type RestServer } from './server.ts';

let rest: RestServer;
const phone = '+1 5555550147';
const shared = '+1 5555550148';
const callId = '7d3a40c2-6f0b-4b5e-9a51-3c1f1d1a2b3c';
beforeAll(async () => {
  rest = await restServer();
  await rest.call('POST', '/users', { username: 'ann@example.com', description: phone });
  for (const username of ['bob@example.com', 'cem@example.com'])
    await rest.call('POST', '/users', { username, description: shared });
});
afterAll(() => rest.stop());

const begin = (body: object, headers?: Record<string, string>) =>
  rest.call('POST', '/mim/calls', body, headers);

describe('MIM’s phone gate', () => {
  test('a call is begun once however often, asked for, and ends as the person answers', async () => {
    const begun = await begin({ callId, phone });
    expect([begun.status, begun.json]).toEqual([
      200,
      { callId, status: 'pending', requestId: expect.stringMatching(/^[0-9A-F]{32}$/) },
    ]);
    const again = await begin({ callId: callId.replaceAll('-', '').toUpperCase(), phone });
    expect(again.json).toMatchObject({ status: 'pending', requestId: begun.json.requestId });
    expect((await rest.call('GET', `/mim/calls/${callId}/failure`)).json.text).toBe('');

    rest.decide(begun.json.requestId, 'USER_DENIED');
    expect((await rest.call('GET', `/mim/calls/${callId}`)).json.status).toBe('failed');
    expect((await begin({ callId, phone })).json.status).toBe('failed');
    expect((await rest.call('GET', `/mim/calls/${callId}/failure`)).json).toEqual({
      callId,
      text: 'The person denied it.',
    });
  });

  test('whoever has the number is asked in a way that needs no number shown and no code typed', async () => {
    await begin({ callId: 'a-1', phone, application: 'Password reset' });
    expect(rest.calls.at(-1)?.args[0]).toEqual({
      username: 'ann@example.com',
      application: 'Password reset',
      requireUserMatch: true,
      numberMatch: false,
      typesCodes: false,
      idempotencyKey: 'mim call a1',
    });
  });

  test('a number of nobody fails, and one of several people asks none of them', async () => {
    expect((await begin({ callId: 'a-2', phone: '+1 5555550199' })).json.status).toBe('failed');
    await begin({ callId: 'a-3', phone: shared });
    expect(rest.calls.at(-1)?.args[0]).toMatchObject({ username: shared, endAs: 'BAD_REQUEST' });
  });

  test('SEC-63 the calls of another client do not exist', async () => {
    await begin({ callId: 'a-4', phone });
    const other = await rest.clientWith('verify');
    for (const path of ['/mim/calls/a-4', '/mim/calls/a-4/failure'])
      expect((await rest.call('GET', path, undefined, other)).status).toBe(404);
    const without = await rest.clientWith('users.read');
    expect((await begin({ callId: 'a-5', phone }, without)).status).toBe(403);
  });

  test('every end that is no success has a text', () => {
    for (const code of Object.keys(resultCodes))
      expect(failureText(code as keyof typeof resultCodes)).toMatch(/^[A-Z].{5,}\.$/);
  });
});
