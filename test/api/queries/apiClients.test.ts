import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { apiTokenPlace, asToken, shortHash } from '../../../api/apiTokens.ts';
import type { ApiClientLimits } from '../../../api/facade/apiClients.ts';
import type { EventData } from '../../../domain/events.ts';
import { apiTokenStream, settingsStream, userStream } from '../../../domain/ids.ts';
import {
  addUser,
  ask,
  configure,
  createReadSide,
  secrets,
  type ReadSide,
} from './support/readSide.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const secret = 'cs_x7Qm2f0aLrTn9KcVhB4sx7Qm2f0aLrTn9KcVhB4s';
let side: ReadSide;

beforeEach(async () => {
  side = await createReadSide();
  configure(side.log);
});
afterEach(() => side.close());

const addClient = (more: Partial<EventData['ApiClientAdded']> = {}) =>
  side.log.add(settingsStream, 'ApiClientAdded', {
    clientId: 'C1',
    name: 'portal',
    secretHash: sha256(secret),
    scopes: ['verify', 'users.read'],
    kind: 'clientCredentials',
    ...more,
  });
const change = (changes: Partial<EventData['ApiClientChanged']>) =>
  side.log.add(settingsStream, 'ApiClientChanged', {
    clientId: 'C1',
    name: 'portal',
    scopes: ['verify', 'users.read'],
    limits: {},
    enabled: true,
    ...changes,
  });
const tokenOf = async (more: object = {}): Promise<string> =>
  asToken(
    await secrets.seal(
      apiTokenPlace,
      JSON.stringify({
        tokenId: 'T1',
        clientId: 'C1',
        scopes: ['verify', 'users.read'],
        untilMs: side.log.nowMs() + 600_000,
        of: shortHash(sha256(secret)),
        ...more,
      }),
    ),
  );

describe('SEC-64 a client that changes its secret for tokens', () => {
  test('is known by its id and its secret, which is no token itself', async () => {
    addClient();
    await side.sync();
    const { queries } = side;
    expect(await queries.verifyApiClient('C1', secret)).toEqual({
      clientId: 'C1',
      scopes: ['verify', 'users.read'],
    });
    expect(await queries.verifyApiToken(secret)).toBeUndefined();
    for (const wrong of ['', `${secret} `, sha256(secret), 'x'.repeat(10_000)])
      expect(await queries.verifyApiClient('C1', wrong)).toBeUndefined();
    expect(await queries.verifyApiClient('nobody', secret)).toBeUndefined();
    expect(await queries.verifyApiClient('', '')).toBeUndefined();
  });

  test('of the kind token cannot change its secret', async () => {
    addClient({ kind: 'token' });
    await side.sync();
    expect(await side.queries.verifyApiClient('C1', secret)).toBeUndefined();
    expect(await side.queries.verifyApiToken(secret)).toMatchObject({ clientId: 'C1' });
  });

  test('and its tokens end with its time', async () => {
    const limits: ApiClientLimits = { until: new Date(side.log.nowMs() + 5_000).toISOString() };
    addClient({ limits });
    const token = await tokenOf();
    await side.sync();
    expect(await side.queries.verifyApiToken(token)).toMatchObject({ limits });
    side.log.add(settingsStream, 'SettingsChanged', { changes: { codeTries: 5 } });
    side.log.add(settingsStream, 'SettingsChanged', { changes: { codeTries: 6 } });
    while (side.log.nowMs() < Date.parse(limits.until!))
      side.log.add(settingsStream, 'SettingsChanged', { changes: { codeTries: 5 } });
    await side.sync();
    expect(await side.queries.verifyApiToken(token)).toBeUndefined();
    expect(await side.queries.verifyApiClient('C1', secret)).toBeUndefined();
  });
});

describe('SEC-64 a short-lived token', () => {
  test('stands for its client with the scopes that both still have', async () => {
    addClient();
    await side.sync();
    const token = await tokenOf();
    expect(token).toMatch(/^cst_[A-Za-z0-9._-]+$/);
    expect(await side.queries.verifyApiToken(token)).toEqual({
      clientId: 'C1',
      scopes: ['verify', 'users.read'],
    });
    change({ scopes: ['users.read', 'privacy'] });
    await side.sync();
    expect(await side.queries.verifyApiToken(token)).toMatchObject({ scopes: ['users.read'] });
  });

  test('counts no longer once it is over, or altered, or of another place', async () => {
    addClient();
    await side.sync();
    const sealed = await secrets.seal({ ...apiTokenPlace, field: 'other' }, '{}');
    for (const token of [
      await tokenOf({ untilMs: side.log.nowMs() }),
      await tokenOf({ clientId: 'C2' }),
      await tokenOf({ of: shortHash(sha256('another')) }),
      asToken(sealed),
      'cst_',
      'cst_fake.',
    ])
      expect(await side.queries.verifyApiToken(token)).toBeUndefined();
  });

  test.each([
    ['given back', 'ApiClientTokenRevoked'],
    ['its client is switched off', 'ApiClientChanged'],
    ['its client has a new secret', 'ApiClientSecretReplaced'],
    ['its client is removed', 'ApiClientRemoved'],
  ] as const)('ends at once when %s', async (_, type) => {
    addClient();
    await side.sync();
    const token = await tokenOf();
    expect(await side.queries.verifyApiToken(token)).toBeDefined();
    if (type === 'ApiClientTokenRevoked') {
      const until = new Date(side.log.nowMs() + 600_000).toISOString();
      side.log.add(apiTokenStream('T1'), type, { clientId: 'C1', tokenId: 'T1', until });
    } else if (type === 'ApiClientChanged') change({ enabled: false });
    else if (type === 'ApiClientSecretReplaced')
      side.log.add(settingsStream, type, { clientId: 'C1', secretHash: sha256('another') });
    else side.log.add(settingsStream, type, { clientId: 'C1' });
    await side.sync();
    expect(await side.queries.verifyApiToken(token)).toBeUndefined();
  });
});

describe('H65-4 lists within reach', () => {
  beforeEach(async () => {
    for (const [index, group] of ['Sales', 'Sales', 'Law', ''].entries()) {
      const userId = `U${index}`;
      addUser(side.log, userId, `u${index}@example.org`, group === '' ? {} : { group });
      ask(side.log, { requestId: `R${index}`, userId, application: index === 1 ? 'Mail' : 'VPN' });
      side.log.add(userStream(userId), 'BypassCreated', {
        bypassId: `B${index}`,
        reason: 'lost phone',
        seconds: 300,
        until: new Date(side.log.nowMs() + 300_000).toISOString(),
      });
    }
    ask(side.log, { requestId: 'R9', username: 'nobody@example.org' });
    await side.sync();
  });
  const reach = { groups: ['Sales'] };

  test('show people of the groups, and logins of the applications, and nobody else', async () => {
    const { queries } = side;
    const people = await queries.listUsers({ reach }, {});
    expect(people.rows.map(({ username }) => username)).toEqual([
      'u0@example.org',
      'u1@example.org',
    ]);
    const logins = await queries.listRequests({ reach }, {});
    expect(logins.rows.map(({ requestId }) => requestId)).toEqual(['R1', 'R0']);
    const both = await queries.listRequests({ reach: { ...reach, applications: ['Mail'] } }, {});
    expect(both.rows.map(({ requestId }) => requestId)).toEqual(['R1']);
    const mail = await queries.listRequests({ reach: { applications: ['VPN'] } }, {});
    expect(mail.rows.map(({ requestId }) => requestId)).toEqual(['R9', 'R3', 'R2', 'R0']);
    const bypasses = await queries.listBypasses({ reach }, {});
    expect(bypasses.rows.map(({ bypassId }) => bypassId)).toEqual(['B1', 'B0']);
    expect((await queries.listBlocks({ reach }, {})).rows).toEqual([]);
  });

  test('say of one person or login whether it is within reach', async () => {
    const { queries } = side;
    expect(await queries.reachesUser(reach, 'U0@EXAMPLE.org')).toBe(true);
    for (const name of ['u2@example.org', 'u3@example.org', 'nobody@example.org'])
      expect(await queries.reachesUser(reach, name)).toBe(false);
    expect(await queries.reachesUser({ applications: ['VPN'] }, 'u2@example.org')).toBe(true);
    expect(await queries.reachesRequest(reach, 'R0')).toBe(true);
    for (const requestId of ['R2', 'R3', 'R9'])
      expect(await queries.reachesRequest(reach, requestId)).toBe(false);
    expect(await queries.reachesRequest({ applications: ['VPN'] }, 'R9')).toBe(true);
    expect(await queries.reachesRequest(reach, 'R7')).toBeUndefined();
  });

  test('have cursors that tell nothing and that nobody else can make', async () => {
    const { queries } = side;
    const sealed = queries.sealCursor('WzEyMzRd');
    expect(queries.openCursor(sealed)).toBe('WzEyMzRd');
    expect(queries.sealCursor('WzEyMzRd')).not.toBe(sealed);
    const altered = Buffer.from(sealed, 'base64url');
    altered[altered.length - 1]! ^= 1;
    for (const other of ['', 'WzEyMzRd', altered.toString('base64url')])
      expect(queries.openCursor(other)).toBeUndefined();
  });
});
