import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationsOf } from '../../../api/rest/operations.ts';
import type { Operation } from '../../../api/rest/route.ts';
import { fakeFacade } from './fakeFacade.ts';
import { restServer, type RestServer } from './server.ts';

/* What holds for every operation of the description, whoever adds one. */

let rest: RestServer;
// oxlint-disable-next-line typescript/no-explicit-any -- the assertions describe it
let paths: Record<string, Record<string, any>>;
beforeAll(async () => {
  rest = await restServer({ limits: { callsPerSecond: 1e6 } });
  ({ paths } = (await rest.call('GET', '/openapi.json', undefined, { authorization: '' })).json);
});
afterAll(() => rest.stop());

const operations = operationsOf(fakeFacade().facade);
const parametersOf = ({ path, method }: Operation): readonly string[] =>
  paths[path]![method].parameters.map(({ name }: { name: string }) => name);
const urlOf = ({ path }: Operation): string => path.replaceAll(/\{\w+\}/g, 'none');

/** Secrets and files that are set as a whole and read by nobody: there is no version to have seen. */
const writtenOnly = new Set(['setPin', 'setSecurityQuestions', 'setVoiceMessageAudio']);
const edits = operations.filter(
  ({ id, method }) => (method === 'put' || method === 'patch') && !writtenOnly.has(id),
);

describe('Idempotency-Key', () => {
  const posts = operations.filter(({ method }) => method === 'post');

  test('H65-2 every POST is described with it', () => {
    for (const post of posts)
      expect([post.id, parametersOf(post)]).toEqual([
        post.id,
        expect.arrayContaining(['Idempotency-Key']),
      ]);
  });

  test('H65-2 every POST answers a repeat alike and runs once; another call with the key is 422', async () => {
    await rest.call('POST', '/users', { username: 'none' });
    for (const post of posts) {
      const key = { 'idempotency-key': `sweep-${post.id}` };
      const { kind, takes } = post;
      const type = takes?.types[0];
      const headers = { ...key, ...(type === undefined ? {} : { 'content-type': type }) };
      const body = type === undefined ? bodies[post.id] : 'username\nann@example.com\n';
      const before = rest.calls.length;
      const first = await rest.call('POST', urlOf(post), body, headers);
      const ran = rest.calls.length;
      const again = await rest.call('POST', urlOf(post), body, headers);
      const asWhole = (text: string): string => text.replace(/urn:countersign:call:\w+/, '');
      // Work that answers line by line tells a repeat the result alone.
      const expected = kind === 'lines' ? first.text.trim().split('\n').at(-1)! : first.text;
      expect([post.id, again.status, asWhole(again.text).trim()]).toEqual([
        post.id,
        first.status,
        asWhole(expected).trim(),
      ]);
      // Those that hand the key down are repeated to the command, which knows it.
      const passed = post.idempotency === 'passedDown' && kind === 'json';
      if (!passed && first.status < 300)
        expect([post.id, rest.calls.length]).toEqual([post.id, ran]);
      expect([post.id, ran - before <= 1 || kind === 'lines']).toEqual([post.id, true]);
      if (first.status >= 300) continue;
      const other = type === undefined ? { ...bodies[post.id], strange: 1 } : 'username\nbob\n';
      const reused = await rest.call('POST', urlOf(post), other, headers);
      expect([post.id, reused.status, reused.json.code]).toEqual([
        post.id,
        422,
        'IDEMPOTENCY_KEY_REUSED',
      ]);
    }
  });
});

describe('ETag and If-Match', () => {
  test('H65-6 every edit is described with the version, and what it edits is read with one', () => {
    for (const edit of edits) {
      expect([edit.id, parametersOf(edit)]).toEqual([
        edit.id,
        expect.arrayContaining(['If-Match']),
      ]);
      expect([edit.id, Object.keys(paths[edit.path]!)]).toEqual([
        edit.id,
        expect.arrayContaining(['get']),
      ]);
    }
  });

  test('H65-6 every edit without a version is 428, and with a stale one 412', async () => {
    await rest.call('POST', '/users', { username: 'none' });
    const { json } = await rest.call('POST', '/api-clients', { name: 'x', scopes: ['verify'] });
    for (const edit of edits) {
      const { method, path } = edit;
      // Under an id that is free, an item is made: nobody can have seen a version of it.
      if (path.startsWith('/configuration/')) continue;
      const url = path.replace('{clientId}', json.clientId).replaceAll(/\{\w+\}/g, 'none');
      const statusWith = async (tag: string) =>
        (await rest.call(method.toUpperCase(), url, {}, { 'if-match': tag })).status;
      expect([edit.id, await statusWith('')]).toEqual([edit.id, 428]);
      expect([edit.id, await statusWith('"99999"')]).toEqual([edit.id, 412]);
      expect([edit.id, await statusWith('"made-up"')]).toEqual([edit.id, 412]);
    }
  });
});

const reason = { reason: 'test' };
/** Bodies that the operation takes, where it needs one. */
const bodies: Readonly<Record<string, object>> = {
  createAuthentication: { user: 'none', application: 'VPN' },
  addUser: { username: 'swept' },
  addApiClient: { name: 'swept', scopes: ['verify'] },
  addServiceAccount: { name: 'swept' },
  blockUser: { username: 'none', ...reason },
  createBypass: { user: 'none', ...reason },
  unlockUser: reason,
  clearCache: reason,
  issueAccessPass: reason,
  assignToken: {},
  editUsers: { usernames: ['none'], changes: { enabled: true } },
  startExport: { format: 'jsonl' },
  testMail: { to: 'ann@example.com' },
};
