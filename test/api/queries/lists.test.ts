import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page, Paging } from '../../../api/facade.ts';
import { authenticationStream, userStream } from '../../../domain/ids.ts';
import { builtInPreferences } from '../../../domain/userDefaults.ts';
import { userKey } from '../../../domain/sealed.ts';
import { seal } from '../../projections/support/fakeSecrets.ts';
import { bestOf } from '../../support/speed.ts';
import {
  addDevice,
  addUser,
  answer,
  approve,
  ask,
  configure,
  createReadSide,
  secrets,
  type ReadSide,
} from './support/readSide.ts';

const maxWakeMs = 20;
let side: ReadSide;
beforeEach(async () => {
  side = await createReadSide();
  configure(side.log);
});
afterEach(() => side.close());

/** All rows of a list, page by page; `between` runs after each page. */
const readAll = async <Row>(
  list: (paging: Paging) => Promise<Page<Row>>,
  limit: number,
  between: (page: number) => Promise<void> = async () => undefined,
): Promise<Row[]> => {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let page = 0; ; page += 1) {
    const next = await list({ limit, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...next.rows);
    if (next.nextCursor === undefined) return rows;
    cursor = next.nextCursor;
    await between(page);
  }
};

describe('users', () => {
  test('are found by any spelling and shown with all that belongs to them', async () => {
    addUser(side.log, 'U1', 'JSmith@Example.org', { group: 'Staff' });
    addDevice(side.log, 'U1', 'D1', 'token1');
    const stream = userStream('U1');
    const secret = seal({ owner: userKey('U1'), stream, field: 'secret' }, 'seed');
    const until = new Date(side.log.nowMs() + 86_400_000).toISOString();
    side.log
      .add(stream, 'TokenAssigned', {
        tokenId: 'T1',
        serial: 'HW-1',
        secret,
        digits: 6,
        periodSeconds: 30,
      })
      .add(stream, 'UserPhoneChanged', { which: 'primary', masked: '+1 XXXXXXX147' })
      .add(stream, 'UserBlocked', { blockId: 'B1', reason: 'Lost', until, flag: 'none' });
    await side.sync();
    const user = await side.queries.findUser('  jsmith@EXAMPLE.org ');
    expect(user).toEqual({
      userId: 'U1',
      username: 'JSmith@Example.org',
      firstName: 'Jo',
      lastName: 'Smith',
      email: 'jo@mail.example',
      group: 'Staff',
      enabled: true,
      method: 'app',
      appMode: 'standard',
      phone: '+1 XXXXXXX147',
      backupPhone: '',
      blocked: { blockId: 'B1', reason: 'Lost', until },
      devices: [
        {
          deviceId: 'D1',
          name: "Jo's phone",
          state: 'active',
          appVersion: '1.4.0',
          activatedAt: expect.any(String),
        },
      ],
      tokens: [
        {
          tokenId: 'T1',
          serial: 'HW-1',
          kind: 'totp',
          digits: 6,
          periodSeconds: 30,
          state: 'active',
        },
      ],
      ...builtInPreferences,
      description: '',
      uniqueIdentifier: '',
      source: 'manual',
      overrides: [],
      state: 'blocked',
      version: 2,
      addedAt: expect.any(String),
      changedAt: expect.any(String),
    });
    side.log.skip(86_400_000);
    expect(await side.queries.findUser('jsmith@example.org')).not.toHaveProperty('blocked');
  });

  test('are gone with all that belonged to them once removed, and may come back', async () => {
    addUser(side.log, 'U1', 'jo@example.org');
    addDevice(side.log, 'U1', 'D1', 'token1');
    side.log.add(userStream('U1'), 'UserRemoved', { usernameKey: 'k', openRequests: [] });
    await side.sync();
    expect(await side.queries.findUser('jo@example.org')).toBeUndefined();
    addUser(side.log, 'U2', 'jo@example.org');
    await side.sync();
    expect(await side.queries.findUser('jo@example.org')).toMatchObject({
      userId: 'U2',
      devices: [],
    });
  });

  test('are listed by name, without gaps and doubles while others come and go', async () => {
    for (let n = 0; n < 25; n += 1)
      addUser(side.log, `U${n}`, `user${String(n).padStart(2, '0')}@example.org`);
    await side.sync();
    const list = (paging: Paging) => side.queries.listUsers({}, paging);
    const rows = await readAll(list, 10, async (page) => {
      addUser(side.log, `N${page}`, `aaa${page}@example.org`);
      await side.sync();
    });
    expect(rows.map(({ userId }) => userId)).toEqual(Array.from({ length: 25 }, (_, n) => `U${n}`));
  });

  test.each([
    [{ text: 'SMITH' }, ['a', 'b']],
    [{ text: '100%' }, ['b']],
    [{ text: '_' }, []],
    [{ enabled: false }, ['b']],
    [{ method: 'oath' as const }, ['a']],
    [{ group: 'Staff' }, ['b']],
    [{ text: 'mail.example' }, []],
  ])('that fit %j are %j', async (filter, names) => {
    addUser(side.log, 'A', 'a', { method: 'oath' });
    addUser(side.log, 'B', 'b', { group: 'Staff', enabled: false });
    const stream = userStream('B');
    const firstName = seal({ owner: userKey('B'), stream, field: 'firstName' }, '100%');
    side.log.add(stream, 'UserUpdated', { firstName });
    await side.sync();
    const { rows } = await side.queries.listUsers(filter, {});
    expect(rows.map(({ username }) => username)).toEqual(names);
  });
});

describe('paging', () => {
  test('gives 50 rows where nothing is asked, 500 at most, and refuses a cursor of its own making', async () => {
    for (let n = 0; n < 510; n += 1) ask(side.log, { requestId: `R${n}` });
    await side.sync();
    const list = (paging: Paging) => side.queries.listRequests({}, paging);
    expect((await list({})).rows).toHaveLength(50);
    expect((await list({ limit: 100_000 })).rows).toHaveLength(500);
    const { nextCursor } = await side.queries.auditLog({}, { limit: 1 });
    expect((await list({ cursor: nextCursor! })).rows.length).toBeGreaterThan(0);
    for (const cursor of ['', 'x', 'W10', Buffer.from('["a"]').toString('base64url')])
      await expect(list({ cursor })).rejects.toMatchObject({ kind: 'invalid' });
  });

  test('of requests is newest first and stable while new ones arrive', async () => {
    for (let n = 0; n < 25; n += 1) ask(side.log, { requestId: `R${n}` });
    await side.sync();
    const list = (paging: Paging) => side.queries.listRequests({}, paging);
    const rows = await readAll(list, 7, async (page) => {
      ask(side.log, { requestId: `N${page}` });
      await side.sync();
    });
    const expected = Array.from({ length: 25 }, (_, n) => `R${24 - n}`);
    expect(rows.map(({ requestId }) => requestId)).toEqual(expected);
  });
});

describe('requests', () => {
  test('show who, from where, how it stands and what each device said', async () => {
    addUser(side.log, 'U1', 'jo@example.org');
    addDevice(side.log, 'U1', 'D1', 'token1');
    const device = { deviceId: 'D1', guid: 'guid1', tokenHash: 'token1' };
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [device] });
    await side.sync();
    expect(await side.queries.getRequest('R1')).toMatchObject({
      state: 'awaiting-user',
      devices: [{ deviceId: 'D1', name: "Jo's phone" }],
    });
    answer(side.log, 'R1', device, 'approve');
    approve(side.log, 'R1');
    await side.sync();
    expect(await side.queries.getRequest('R1')).toEqual({
      requestId: 'R1',
      at: expect.any(String),
      endedAt: expect.any(String),
      expiresAt: expect.any(String),
      username: 'jo@example.org',
      application: 'VPN',
      channel: 'sdk',
      callerId: 'serviceAccount:A1',
      initiatingIp: '203.0.113.7',
      method: 'app',
      state: 'approved',
      code: 'APPROVED',
      reference: 'ref-1',
      devices: [{ deviceId: 'D1', name: "Jo's phone", answer: 'approve' }],
    });
    expect(await side.queries.getRequest('R2')).toBeUndefined();
  });

  test('of people who are not in the list keep the name as typed, and are found by it', async () => {
    addUser(side.log, 'U1', 'jo@example.org');
    ask(side.log, { requestId: 'R1', username: 'Nobody' });
    ask(side.log, { requestId: 'R2', userId: 'U1' });
    await side.sync();
    const find = async (username: string) =>
      (await side.queries.listRequests({ username }, {})).rows.map((row) => row.username);
    expect(await find('NOBODY')).toEqual(['Nobody']);
    expect(await find('Jo@example.org')).toEqual(['jo@example.org']);
    expect(await find('else')).toEqual([]);
  });

  test('are filtered by state and application', async () => {
    ask(side.log, { requestId: 'R1', application: 'Portal' });
    ask(side.log, { requestId: 'R2' });
    approve(side.log, 'R2');
    await side.sync();
    const ids = async (filter: { state?: string; application?: string }) =>
      (await side.queries.listRequests(filter, {})).rows.map(({ requestId }) => requestId);
    expect(await ids({ state: 'approved' })).toEqual(['R2']);
    expect(await ids({ application: 'Portal' })).toEqual(['R1']);
    expect(await ids({ state: 'no such state' })).toEqual([]);
  });

  test('show an erased person as erased', async () => {
    const owner = userKey('U7');
    addUser(side.log, 'U7', 'gone@example.org');
    ask(side.log, { requestId: 'R1', userId: 'U7' });
    side.log.add(userStream('U7'), 'UserRemoved', { usernameKey: 'k', openRequests: [] });
    await side.sync();
    expect(await side.queries.getRequest('R1')).toMatchObject({ username: 'gone@example.org' });
    await secrets.destroy(owner);
    expect(await side.queries.getRequest('R1')).toMatchObject({
      username: '[erased]',
      initiatingIp: '[erased]',
    });
  });

  test('wake whoever waits for another state, and only then', async () => {
    addUser(side.log, 'U1', 'jo@example.org');
    ask(side.log, { requestId: 'R1', userId: 'U1', devices: [] });
    await side.sync();
    const wait = (since: string, waitMs: number) =>
      side.queries.awaitRequest('R1', since, { waitMs });
    expect(await wait('awaiting-user', 5_000)).toMatchObject({ state: 'awaiting-code' });
    expect(await wait('awaiting-code', 0)).toMatchObject({ state: 'awaiting-code' });
    const waiting = wait('awaiting-code', 30_000);
    side.log.add(authenticationStream('R1'), 'AuthenticationCodeSubmitted', {
      accepted: false,
      reason: 'WRONG_CODE',
      triesLeft: 2,
    });
    await side.sync();
    approve(side.log, 'R1');
    await side.append();
    expect(await waiting).toMatchObject({ state: 'approved' });
    expect(await side.queries.awaitRequest('none', '', { waitMs: 10 })).toBeUndefined();
  });

  test('wake whoever waits within 20 ms of the change being applied', async () => {
    addUser(side.log, 'U1', 'jo@example.org');
    let round = 0;
    const wakeMs = await bestOf(maxWakeMs, async () => {
      const requestId = `R${(round += 1)}`;
      ask(side.log, { requestId, userId: 'U1', devices: [] });
      await side.sync();
      const waiting = side.queries.awaitRequest(requestId, 'awaiting-code', { waitMs: 30_000 });
      let appliedAt = 0;
      const stop = side.runner.onApplied(() => (appliedAt ||= performance.now()));
      approve(side.log, requestId);
      await side.append();
      expect(await waiting).toMatchObject({ state: 'approved' });
      stop();
      return performance.now() - appliedAt;
    });
    expect(wakeMs).toBeLessThan(maxWakeMs);
  });
});

describe('blocks', () => {
  test('are open until they are lifted or their time is over', async () => {
    addUser(side.log, 'U1', 'jo@example.org');
    const stream = userStream('U1');
    const until = (ms: number) => new Date(side.log.nowMs() + ms).toISOString();
    const block = { reason: 'Lost phone', flag: 'none' as const };
    side.log
      .add(stream, 'UserBlocked', { blockId: 'B1', ...block, until: until(60_000) })
      .add(stream, 'UserUnblocked', { blockId: 'B1', reason: 'Found', ended: 'unblocked' })
      .add(stream, 'UserBlocked', { blockId: 'B2', ...block, until: until(60_000) });
    await side.sync();
    const ids = async (filter: { open?: boolean; username?: string }) =>
      (await side.queries.listBlocks(filter, {})).rows.map(({ blockId }) => blockId);
    expect(await ids({})).toEqual(['B2', 'B1']);
    expect(await ids({ open: true })).toEqual(['B2']);
    expect(await ids({ open: false, username: 'JO@example.org' })).toEqual(['B1']);
    expect(await ids({ username: 'else' })).toEqual([]);
    side.log.skip(60_000);
    expect(await ids({ open: true })).toEqual([]);
    expect((await side.queries.listBlocks({}, {})).rows[1]).toMatchObject({
      username: 'jo@example.org',
      endReason: 'Found',
    });
  });
});
