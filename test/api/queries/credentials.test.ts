import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { settingsStream } from '../../../domain/ids.ts';
import { configure, createReadSide, type ReadSide } from './support/readSide.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const password = 'x7Qm2f0aLrTn9KcVhB4s';
let side: ReadSide;

beforeEach(async () => {
  side = await createReadSide();
  configure(side.log);
  side.log
    .add(settingsStream, 'ServiceAccountAdded', {
      accountId: 'A1',
      name: 'Mim',
      secretHash: sha256(password),
      groups: ['PhoneFactor Admins'],
    })
    .add(settingsStream, 'ApiClientAdded', {
      clientId: 'C1',
      name: 'script',
      secretHash: sha256(password),
      scopes: ['verify'],
    });
  await side.sync();
});
afterEach(() => side.close());

describe('SEC-64 a service account', () => {
  test('is known by its name in any case and its password', async () => {
    const account = { accountId: 'A1', name: 'Mim', groups: ['PhoneFactor Admins'] };
    expect(await side.queries.verifyServiceAccount('MIM', password)).toEqual(account);
    expect(await side.queries.listServiceAccounts()).toEqual([account]);
  });

  test.each([
    ['mim', ''],
    ['mim', `${password} `],
    ['mim', password.toUpperCase()],
    ['mim', sha256(password)],
    ['mim', 'x'.repeat(10_000)],
    ['nobody', password],
    ['', ''],
    ['nobody', ''],
  ])('is not let in as %j with %j', async (name, wrong) => {
    expect(await side.queries.verifyServiceAccount(name, wrong)).toBeUndefined();
  });

  test('is refused as soon as its removal is applied, and may be made anew', async () => {
    side.log.add(settingsStream, 'ServiceAccountRemoved', { accountId: 'A1' });
    await side.sync();
    expect(await side.queries.verifyServiceAccount('mim', password)).toBeUndefined();
    expect(await side.queries.listServiceAccounts()).toEqual([]);
    side.log.add(settingsStream, 'ServiceAccountAdded', {
      accountId: 'A2',
      name: 'MIM',
      secretHash: sha256('another'),
      groups: [],
    });
    await side.sync();
    expect(await side.queries.verifyServiceAccount('mim', password)).toBeUndefined();
    expect(await side.queries.verifyServiceAccount('mim', 'another')).toMatchObject({
      accountId: 'A2',
    });
  });
});

describe('SEC-64 an API token', () => {
  test('is known by itself', async () => {
    expect(await side.queries.verifyApiToken(password)).toEqual({
      clientId: 'C1',
      scopes: ['verify'],
    });
  });

  test.each(['', 'wrong', sha256(password), 'x'.repeat(10_000)])('is not %j', async (token) => {
    expect(await side.queries.verifyApiToken(token)).toBeUndefined();
  });

  test('is refused as soon as its removal is applied', async () => {
    side.log.add(settingsStream, 'ApiClientRemoved', { clientId: 'C1' });
    await side.sync();
    expect(await side.queries.verifyApiToken(password)).toBeUndefined();
  });
});

describe('settings and readiness', () => {
  test('settings are the defaults with what was changed', async () => {
    side.log.add(settingsStream, 'SettingsChanged', {
      changes: { requestSeconds: 45, fraudBlock: false, accountName: 'Ours' },
    });
    await side.sync();
    expect(await side.queries.getSettings()).toMatchObject({
      requestSeconds: 45,
      fraudBlock: false,
      accountName: 'Ours',
      blockDays: 90,
    });
  });

  test('readiness names what is missing', async () => {
    expect(await side.queries.readiness()).toEqual({
      ready: true,
      checks: { writes: 'ok', views: 'ok' },
    });
    side.writable = false;
    expect(await side.queries.canWrite()).toBe(false);
    expect(await side.queries.readiness()).toMatchObject({ ready: false, checks: { views: 'ok' } });
    side.writable = true;
    await side.runner.stop();
    expect(await side.queries.readiness()).toMatchObject({
      ready: false,
      checks: { writes: 'ok', views: expect.stringContaining('stopped') },
    });
  });
});
