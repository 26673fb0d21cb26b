import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationsOf } from '../../../api/rest/operations.ts';
import { scopes } from '../../../api/rest/scopes.ts';
import { fakeFacade } from './fakeFacade.ts';
import { restServer, type Answer, type RestServer } from './server.ts';

const [inside, outside, nobody] = ['in@example.com', 'out@example.com', 'nobody@example.com'];
let rest: RestServer;
let sales: { authorization: string };
let vpn: { authorization: string };
let both: { authorization: string };

const limited = async (limits: object) => {
  const body = { name: 'limited', scopes, limits };
  const { json } = await rest.call('POST', '/api-clients', body);
  return { authorization: `Bearer ${json.token}` };
};
const login = (user: string, application = 'VPN', headers = {}) =>
  rest.call('POST', '/authentications', { user, application }, headers);

beforeAll(async () => {
  rest = await restServer({ limits: { callsPerSecond: 1e6, failuresPerSecond: 1e6 } });
  await rest.call('POST', '/users', { username: inside, group: 'Sales' });
  await rest.call('POST', '/users', { username: outside, group: 'Law' });
  sales = await limited({ groups: ['Sales'] });
  vpn = await limited({ applications: ['VPN'] });
  both = await limited({ groups: ['Sales'], applications: ['VPN'] });
});
afterAll(() => rest.stop());

/** What tells two answers apart, but for the id of the call. */
const told = ({ status, text, headers }: Answer) => [
  status,
  text.replace(/urn:countersign:call:\w+/, ''),
  [...headers.keys()].toSorted().join(' '),
];

describe('H65-4 a token that is limited to a group', () => {
  test('sees, lists and pages its people only', async () => {
    for (let index = 0; index < 5; index += 1) {
      const group = index % 2 === 0 ? 'Sales' : 'Law';
      await rest.call('POST', '/users', { username: `p${index}@example.com`, group });
    }
    const names: string[] = [];
    let cursor = '';
    do {
      const page = await rest.call('GET', `/users?limit=1${cursor}`, undefined, sales);
      names.push(...page.json.items.map(({ username }: { username: string }) => username));
      const { nextCursor } = page.json;
      if (nextCursor) expect(Buffer.from(nextCursor, 'base64url').toString()).toMatch(/^sealed /);
      cursor = nextCursor ? `&cursor=${nextCursor}` : '';
    } while (cursor !== '');
    expect(names).toEqual([inside, 'p0@example.com', 'p2@example.com', 'p4@example.com']);
    const made = await rest.call('GET', '/users?cursor=WzFd', undefined, sales);
    expect(made.json).toMatchObject({ status: 422, code: 'INVALID' });
    expect((await rest.call('GET', `/users/${inside}`, undefined, sales)).status).toBe(200);
  });

  test('SEC-60 SEC-63 is told the same of somebody beyond it as of nobody, at every operation', async () => {
    const strange = (await login(outside)).json.requestId;
    const none = 'F'.repeat(32);
    for (const { id, method, path, kind } of operationsOf(fakeFacade().facade)) {
      if (kind === 'stream') continue;
      const at = (user: string, request: string): Promise<Answer> => {
        const url = path
          .replaceAll('{username}', user)
          .replaceAll(/\{(id|requestId)\}/g, request)
          .replaceAll(/\{\w+\}/g, 'none');
        const body = bodies[id]?.(user);
        return rest.call(method.toUpperCase(), url, body, sales);
      };
      const [there, missing] = [await at(outside, strange), await at(nobody, none)];
      expect([id, told(there)]).toEqual([id, told(missing)]);
      expect([id, there.text]).toEqual([id, expect.not.stringContaining(outside)]);
      if (path.includes('{username}') || id in bodies)
        expect([id, [403, 404].includes(there.status)]).toEqual([id, true]);
    }
  });

  test('finds nobody else in lists of logins, blocks and bypasses', async () => {
    for (const username of [inside, outside]) {
      await login(username);
      await rest.call('POST', '/blocks', { username, reason: 'test' });
      await rest.call('POST', '/bypasses', { user: username, reason: 'test' });
    }
    for (const list of ['/authentications', '/blocks', '/bypasses']) {
      const all = await rest.call('GET', list);
      expect([list, all.text]).toEqual([list, expect.stringContaining(outside)]);
      const { json, text } = await rest.call('GET', list, undefined, sales);
      expect([list, json.items.length > 0]).toEqual([list, true]);
      expect([list, text]).toEqual([list, expect.not.stringContaining(outside)]);
    }
  });

  test('does what its scopes say to its people, and moves nobody out of its reach', async () => {
    expect((await login(inside, 'VPN', sales)).status).toBe(202);
    const change = (body: object) => rest.call('PATCH', `/users/${inside}`, body, sales);
    expect((await change({ lastName: 'Lee' })).status).toBe(204);
    expect((await change({ group: 'Law' })).json.code).toBe('TOKEN_LIMITED');
    expect((await rest.call('POST', `/users/${inside}/disable`, undefined, sales)).status).toBe(
      204,
    );
  });

  test('has no log, no settings and no exports, which know no groups', async () => {
    for (const [method, path] of [
      ['GET', '/events'],
      ['GET', '/events/1'],
      ['GET', '/audit'],
      ['GET', '/settings'],
      ['GET', '/users/export.csv'],
      ['GET', `/users/${inside}/history`],
      ['GET', '/api-clients'],
      ['GET', '/approvals'],
      ['GET', '/audit/states'],
      ['GET', '/configuration/trustedIps'],
      ['POST', '/maintenance/rebuild-views'],
      ['POST', '/audit/checkpoints'],
      ['GET', '/metrics'],
    ] as const) {
      const answer = await rest.call(method, path, undefined, sales);
      expect([path, answer.status, answer.json.code]).toEqual([path, 403, 'TOKEN_LIMITED']);
    }
    const stream = await rest.call('GET', '/events', undefined, {
      ...sales,
      accept: 'text/event-stream',
    });
    expect(stream.json.code).toBe('TOKEN_LIMITED');
  });
});

describe('a token that is limited to an application', () => {
  test('asks for it alone and reads its logins alone', async () => {
    const other = await login(outside, 'Mail');
    expect((await login(outside, 'Mail', vpn)).json.code).toBe('APPLICATION_NOT_ALLOWED');
    const own = await login(outside, 'VPN', vpn);
    expect(own.status).toBe(202);
    const read = (id: string) => rest.call('GET', `/authentications/${id}`, undefined, vpn);
    expect((await read(own.json.requestId)).status).toBe(200);
    expect((await read(other.json.requestId)).status).toBe(404);
    const listed = await rest.call('GET', '/authentications', undefined, vpn);
    const applications = listed.json.items.map(
      ({ application }: { application: string }) => application,
    );
    expect(new Set(applications)).toEqual(new Set(['VPN']));
    expect((await rest.call('GET', '/users', undefined, vpn)).json.code).toBe('TOKEN_LIMITED');
  });

  test('and to a group reaches what both allow', async () => {
    expect((await login(outside, 'VPN', both)).status).toBe(404);
    expect((await login(inside, 'Mail', both)).status).toBe(403);
    expect((await login(inside, 'VPN', both)).status).toBe(202);
    expect((await rest.call('GET', `/users/${inside}`, undefined, both)).status).toBe(403);
  });
});

const reason = { reason: 'test' };
/** What operations that name a person in their body, or need a body to get as far as them, are sent. */
const bodies: Readonly<Record<string, (user: string) => object>> = {
  createAuthentication: (user) => ({ user, application: 'VPN' }),
  blockUser: (username) => ({ username, ...reason }),
  createBypass: (user) => ({ user, ...reason }),
  submitCode: () => ({ code: '123456' }),
  setDelegation: () => ({
    to: inside,
    from: '2027-01-30T00:00:00Z',
    until: '2027-01-31T00:00:00Z',
  }),
  unlockUser: () => reason,
  unblockUser: () => reason,
  clearCache: () => reason,
  changeUser: () => ({ lastName: 'x' }),
  setPin: () => ({ pin: '4821' }),
  assignToken: () => ({}),
  activateToken: () => ({ code: '123456' }),
  resyncToken: () => ({ codes: ['123456', '654321'] }),
  assignStockToken: (username) => ({ username }),
  issueAccessPass: () => reason,
  setSecurityQuestions: () => ({
    questions: [1, 2, 3, 4].map((at) => ({ question: `q${at}`, answer: `a${at}` })),
  }),
  reviewFraud: () => ({ verdict: 'confirmed' }),
  exportPerson: (username) => ({ username }),
  erasePerson: (username) => ({ username, ...reason }),
  setLegalHold: (username) => ({ username, ...reason }),
  endLegalHold: (username) => ({ username, ...reason }),
};
