import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { UserReply } from '../../api/rest/users.ts';
import { freePort } from '../support/freePort.ts';
import { factsOnDisk } from './support/factLog.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';
import { userFiles } from './support/userFiles.ts';

/* Many people at once, while the server dies; and out of one server into an empty one. */

const rows = 2_000;
const kills = 3;
const data = temporaryData();
const empty = temporaryData();
let ports: { http: number; https: number };
let server: ServerProcess;
let second: ServerProcess | undefined;

const start = async (): Promise<void> => {
  server = await serve({ data: data.path, ...ports });
};
beforeAll(async () => {
  ports = { http: await freePort(), https: await freePort() };
  await start();
}, 120_000);
afterAll(async () => {
  await data.remove();
  await empty.remove();
});

const file = [
  'Username,First Name,Email,User Group,Description,Primary Country Code,Primary Phone,Primary Extension,Backup Phone,Method,SMS Direction,SMS Mode,Call Language,Enabled,Unique Identifier',
  ...Array.from({ length: rows }, (_, index) => {
    const odd = index % 3;
    return [
      `user${index}@example.org`,
      odd === 0 ? `"Ann, ""A"" ${index}"` : `Bob${index}`,
      `user${index}@example.org`,
      odd === 1 ? '=1+1' : 'Sales',
      odd === 2 ? "'quoted" : '',
      '43',
      odd === 0 ? '' : `66412${index}00`,
      odd === 1 ? '12' : '',
      odd === 2 ? `66413${index}00` : '',
      ['app', 'sms', 'call'][odd],
      'twoWay',
      odd === 2 ? 'pin' : '',
      'de-AT',
      odd === 0 ? '' : 'yes',
      `guid-${index}`,
    ].join(',');
  }),
].join('\r\n');

test('H20-4 an import goes on after kill -9: every row once, one batch, and nothing in the clear', async () => {
  const importId = await userFiles(server, data.path).begin(file);
  for (let kill = 1; kill <= kills; kill += 1) {
    const wanted = (rows * kill) / (kills + 2);
    await until('some rows to be done', async () => {
      const { done } = await userFiles(server, data.path).progress(importId);
      return done >= wanted;
    });
    await server.kill('SIGKILL');
    await start();
  }
  const ended = await userFiles(server, data.path).finished(importId);
  expect(ended).toMatchObject({ done: rows, added: rows, updated: 0, skipped: 0, failed: 0 });
  const facts = factsOnDisk(data.path, 'UserAdded');
  expect(facts).toHaveLength(rows);
  expect(new Set(facts.map(({ stream }) => stream)).size).toBe(rows);
  const batch = await server.rest.ok<{ items: { type: string; summary: string }[] }>(
    'GET',
    '/audit?type=ImportStarted',
  );
  expect(batch.items.map(({ summary }) => summary)).toEqual([
    `Import of ${rows} people started (both)`,
  ]);
}, 240_000);

/** Everybody, as far as a file can say it. */
const recordsOf = async (of: ServerProcess): Promise<readonly object[]> => {
  const all: object[] = [];
  let cursor: string | undefined;
  do {
    const page: { items: readonly UserReply[]; nextCursor?: string } = await of.rest.ok(
      'GET',
      `/users?limit=500${cursor === undefined ? '' : `&cursor=${cursor}`}`,
    );
    for (const user of page.items) {
      const { userId: _i, addedAt: _a, changedAt: _c, version: _v, source: _s, ...rest } = user;
      all.push(rest);
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
};

test('H20-3 an export that is imported into an empty server yields equal records', async () => {
  const exported = await userFiles(server, data.path).text('/users/export.csv?unmasked=true');
  second = await serve({ data: empty.path });
  const files = userFiles(second, empty.path);
  const ended = await files.finished(await files.begin(exported));
  expect(ended).toMatchObject({ added: rows, failed: 0, warned: 0 });
  const [before, after] = [await recordsOf(server), await recordsOf(second)];
  expect(after).toHaveLength(rows);
  expect(after).toEqual(before);
  expect(await files.text('/users/export.csv?unmasked=true')).toBe(exported);
}, 240_000);

test('SEC-57 an export holds no formula, and its numbers are masked unless whole ones are asked for', async () => {
  const files = userFiles(server, data.path);
  const masked = await files.text('/users/export.csv?text=user1@');
  expect(masked).toContain("'=1+1");
  expect(masked).not.toMatch(/(^|,)"?[=+\-@\t]/m);
  expect(masked).toContain('X');
  expect(masked).not.toContain('66412100');
}, 60_000);

test('SEC-85 an export is on record before anything leaves, with whether numbers were whole', async () => {
  const exports = factsOnDisk(data.path, 'UsersExported').map(({ data: fact }) => fact);
  expect(exports).toEqual([{ unmasked: true }, { unmasked: false }]);
});

test('lines that failed come back with their reason and their columns', async () => {
  const files = userFiles(server, data.path);
  const csv = 'Username,Method,Note\r\nbad@example.org,pigeon,x\r\nuser1@example.org,sms,y\r\n';
  const importId = await files.begin(csv);
  expect(await files.finished(importId)).toMatchObject({ failed: 1, skipped: 1 });
  expect(await files.text(`/imports/${importId}/errors.csv`)).toBe(
    'Line,Reason,Username,Method,Note\r\n2,"Method: one of app, oath, sms, call",bad@example.org,pigeon,x\r\n',
  );
}, 60_000);

test('H20-7 an edit of many people is one batch, each person wholly or not at all', async () => {
  const { importId } = await server.rest.ok<{ importId: string }>('POST', '/users/bulk', {
    filter: { text: 'user19', method: 'sms' },
    changes: { group: 'Edited', smsDirection: 'oneWay' },
  });
  const ended = await userFiles(server, data.path).finished(importId);
  expect(ended.failed).toBe(0);
  expect(ended.updated).toBeGreaterThan(10);
  const { items } = await server.rest.ok<{ items: readonly UserReply[] }>(
    'GET',
    '/users?group=Edited&limit=500',
  );
  expect(items).toHaveLength(ended.updated);
  expect(new Set(items.map(({ smsDirection }) => smsDirection))).toEqual(new Set(['oneWay']));
}, 60_000);
