import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runVerify } from '../../cli/verify/run.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { freePort } from '../support/freePort.ts';
import { addOwners, decideAs } from './support/approvers.ts';
import { factsOnDisk } from './support/factLog.ts';
import { readRecord, violations } from './support/invariants.ts';
import { addPhoneUser, ask, endOf, stateOf, type Asked } from './support/openPush.ts';
import { filesBelow, formsOf, hitsIn } from './support/needles.ts';
import { addOathUser, type OathUser } from './support/people.ts';
import { countersign } from './support/phone.ts';
import type { PocketPhone } from './support/pocketPhone.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* A server is backed up while people log in, goes up in smoke, and is made anew from the backup. */

const data = temporaryData();
const backups = join(data.path, '..', 'backups');
const again = join(data.path, '..', 'again');
const anchored = join(data.path, '..', 'anchored.txt');
const people = ['open', 'settled', 'late', 'timed', 'busy'] as const;
type Person = (typeof people)[number];
const userOf = (person: Person | 'blocked' | 'erased'): string => `${person}@example.org`;

/** Occurs nowhere else. */
const canary = `Kanarie${randomBytes(6).toString('hex')}`;

let ports: { http: number; https: number };
let server: ServerProcess;
let phones: Readonly<Record<Person, PocketPhone>>;
let ada: OathUser;
let owner: OathUser;
let key: string;
const asked = {} as Record<Person | 'approval', Asked>;
let logins = 0;
let loginsInBackup: number;
let position: number;

const pushed = (person: Person, application: string) =>
  until('the push', () => phones[person].find(application));
const contactsOf = (folder: string, { requestId }: Asked): number =>
  factsOnDisk(folder, 'AuthenticationChallengeSent').filter(({ stream }) =>
    stream.endsWith(requestId),
  ).length;
const command = (folder: string, ...words: string[]): Promise<string> =>
  countersign([...words, '--data', folder]);

beforeAll(async () => {
  ports = { http: await freePort(), https: await freePort() };
  server = await serve({ data: data.path, ...ports });
  const { rest, info } = server;
  await rest.ok('PATCH', '/settings', { pushLimitPerHour: 100, duplicateGraceSeconds: 0 });
  const folder = join(data.path, '..', 'phones');
  const made = await Promise.all(
    people.map(async (person) => [
      person,
      await addPhoneUser({ rest, username: userOf(person), ca: info.ca, folder }),
    ]),
  );
  phones = Object.fromEntries(made) as Record<Person, PocketPhone>;
  [owner] = (await addOwners(rest, 'owners', 1)) as [OathUser];
  ada = await addOathUser(rest, 'ada@example.org');
  await rest.call('PUT', '/configuration/approvalPolicy/owners', {
    name: 'Owners',
    stages: [{ approvers: { kind: 'group', group: 'owners' } }],
  });
  await rest.call('PUT', '/configuration/loginPolicy/vault', {
    application: 'Vault',
    approvalPolicy: 'owners',
  });
  for (const person of ['blocked', 'erased'] as const)
    await rest.ok('POST', '/users', { username: userOf(person), firstName: canary });
  await rest.ok('POST', '/blocks', { username: userOf('blocked'), reason: 'lost phone' });
  for (const person of ['open', 'late', 'settled'] as const)
    asked[person] = await ask(rest, userOf(person), `${person} request`, 600);
  await phones.settled.answer(await pushed('settled', 'settled request'), 'approve');
  await endOf(rest, asked.settled.requestId);
  asked.timed = await ask(rest, userOf('timed'), 'timed request', 15);
  asked.approval = await rest.ok<Asked>('POST', '/authentications', {
    user: ada.username,
    application: 'Vault',
    code: ada.rightCode(),
  });
  await until('all to be asked', () =>
    [asked.open, asked.late, asked.timed].every((one) => contactsOf(data.path, one) === 1),
  );
}, 180_000);
afterAll(async () => {
  for (const phone of Object.values(phones ?? {})) phone.close();
  await data.remove();
});

test('REL-19 SEC-72 a backup under load, by one command, holds nothing personal in the clear', async () => {
  const watching = phones.busy.watch('approve');
  const over = new AbortController();
  const load = (async () => {
    for (let number = 0; !over.signal.aborted; number += 1) {
      const { requestId } = await ask(server.rest, userOf('busy'), `busy ${number}`);
      expect(await endOf(server.rest, requestId)).toMatchObject({ state: 'approved' });
      logins += 1;
    }
  })();
  await until('logins to run', () => logins > 1);
  const said = JSON.parse(await command(data.path, 'backup', '--to', backups, '--json')) as {
    position: number;
    log: { signedSize: number };
  };
  ({ position } = said);
  loginsInBackup = factsOnDisk(data.path, 'AuthenticationApproved').filter(
    (fact) => fact.position <= position,
  ).length;
  expect(loginsInBackup).toBeGreaterThan(1);
  expect(hitsIn(filesBelow(backups), formsOf(canary))).toEqual([]);
  // All but what came while it was signed is signed.
  expect(said.log.signedSize).toBeGreaterThan(position / 2);
  const before = logins;
  await until('logins to go on', () => logins > before);
  over.abort();
  await load;
  await watching.stop();
  const made = await server.rest.ok<{ items: { summary: string }[] }>(
    'GET',
    '/audit?type=SystemBackupMade',
  );
  expect(made.items[0]?.summary).toContain(`the first ${position} events`);
}, 120_000);

test('REL-19 H95-5 after the fire: restored with one command, everything signed since is named as lost', async () => {
  const { rest } = server;
  // What happens now is gone tomorrow.
  await phones.late.answer(await pushed('late', 'late request'), 'approve');
  await endOf(rest, asked.late.requestId);
  await command(data.path, 'users', 'erase', userOf('erased'), '--reason', 'asked');
  await command(data.path, 'audit', 'checkpoint');
  key = (await command(data.path, 'audit', 'key')).trim();
  await server.kill('SIGKILL');
  const { anchors } = layoutOf(data.path);
  copyFileSync(join(anchors, 'checkpoints.txt'), anchored);
  cpSync(`${data.path}-keys`, `${again}-keys`, { recursive: true });
  rmSync(data.path, { recursive: true });

  const order = ['restore', '--from', backups, '--anchors', anchored, '--json'];
  const restored = JSON.parse(await command(again, ...order)) as Record<string, number>;
  expect(restored).toMatchObject({ position, leftOut: 0, erased: 1 });
  expect(restored['lost']).toBeGreaterThan(0);
  server = await serve({ data: again, ...ports });
  const found = runVerify({ path: again, keys: [key], anchors: [anchored], quiet: true });
  expect(found).toMatchObject({
    code: 3,
    result: { ok: true, restorations: [{ kept: position, lost: restored['lost'] }] },
  });
}, 120_000);

test('REL-11 REL-19 open requests, approvals, blocks and timers go on; nobody is asked twice', async () => {
  const { rest } = server;
  await phones.open.answer(await pushed('open', 'open request'), 'approve');
  expect(await endOf(rest, asked.open.requestId)).toMatchObject({ state: 'approved' });
  await decideAs(rest, owner, asked.approval.requestId);
  expect(await endOf(rest, asked.approval.requestId)).toMatchObject({ state: 'approved' });
  const timed = await endOf(rest, asked.timed.requestId);
  expect(timed).toMatchObject({ state: 'expired', expiresAt: asked.timed.expiresAt });
  expect(await ask(rest, userOf('blocked'), 'x')).toMatchObject({ code: 'USER_BLOCKED' });
  await rest.ok('POST', `/blocks/${userOf('blocked')}/unblock`, { reason: 'found' });

  expect(await stateOf(rest, asked.settled.requestId)).toMatchObject({ state: 'approved' });
  expect(await phones.settled.find('settled request')).toBeUndefined();
  // Settled after the backup: open again, and the same one question.
  await phones.late.answer(await pushed('late', 'late request'), 'approve');
  expect(await endOf(rest, asked.late.requestId)).toMatchObject({ state: 'approved' });
  for (const person of ['open', 'settled', 'late', 'timed'] as const)
    expect([person, contactsOf(again, asked[person])]).toEqual([person, 1]);

  // The login that was under way at the moment of the backup comes first: nobody has two open pushes.
  const watching = phones.busy.watch('approve');
  await until('the login of then to end', () =>
    [...readRecord(again).stories.values()].every(
      ({ application, code }) => !application.startsWith('busy') || code !== undefined,
    ),
  );
  const { requestId } = await ask(rest, userOf('busy'), 'after the fire');
  expect(await endOf(rest, requestId)).toMatchObject({ state: 'approved' });
  await watching.stop();
}, 120_000);

test('H85-6 who was erased after the backup is erased on record, and the name is free', async () => {
  const { rest } = server;
  const erased = await until('the erasure', async () => {
    const { items } = await rest.ok<{ items: { summary: string }[] }>(
      'GET',
      '/audit?type=UserErased',
    );
    return items[0]?.summary;
  });
  expect(erased).toContain('erased before the restore');
  await rest.ok('POST', '/users', { username: userOf('erased') });
});

test('H85-3 H85-8 views are those of a fresh rebuild, and the record holds', async () => {
  const report = JSON.parse(await command(again, 'rebuild-views', '--json')) as {
    tables: { name: string; equal: boolean }[];
  };
  expect(report.tables.filter(({ equal }) => !equal)).toEqual([]);
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(violations(readRecord(again))).toEqual([]);
  expect(factsOnDisk(again, 'LedgerChainBroken')).toEqual([]);
  const approved = factsOnDisk(again, 'AuthenticationApproved');
  expect(approved.filter((fact) => fact.position <= position)).toHaveLength(loginsInBackup);
  const { code } = runVerify({ path: again, keys: [key], anchors: [anchored], quiet: true });
  expect(code).toBe(3);
}, 120_000);
