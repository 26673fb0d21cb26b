import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runVerify } from '../../../cli/verify/run.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { count } from '../../support/profile.ts';
import { pause } from '../support/chance.ts';
import { factsOnDisk } from '../support/factLog.ts';
import { readRecord, violations } from '../support/invariants.ts';
import { addPhoneUser, ask, endOf } from '../support/openPush.ts';
import { addOathUser, inParts, type OathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { serve } from '../support/serverProcess.ts';
import { smallDisk } from '../support/smallDisk.ts';
import { freePorts, supervised, type Supervised } from '../support/supervised.ts';
import { until } from '../support/until.ts';

jest.setTimeout(600_000);

/* A data folder on a disk that is full, and on one that takes no writes: nobody is let in, and nothing is damaged. */

const diskMegabytes = 96;
const rounds = count(20);
/** What the row promises; a busy machine gets more tries than one. */
const worksWithinMs = 10_000;
const maxCalls = 400;
let disk: ReturnType<typeof smallDisk>;
let data: string;
let server: Supervised;
let phone: PocketPhone;
let people: readonly OathUser[];
let taken = 0;
const acknowledged: string[] = [];
const accepted: string[] = [];

beforeAll(async () => {
  disk = smallDisk(diskMegabytes);
  data = join(disk.path, 'data');
  server = supervised({ data, ...(await freePorts()) });
  const { rest, info } = await server.start();
  people = await inParts(
    Array.from({ length: 4 + 4 * rounds }, (_, index) => `otp${index}@example.org`),
    (username) => addOathUser(rest, username),
  );
  phone = await addPhoneUser({ rest, username: 'push@example.org', ca: info.ca, folder: data });
}, 300_000);
afterAll(async () => {
  phone?.close();
  await server?.stop();
  disk?.remove();
});

/** Every call is of another person: nobody's code is used up. */
const logIn = async (): Promise<boolean> => {
  const person = people[taken++ % people.length]!;
  const order = { user: person.username, application: 'VPN', code: person.rightCode() };
  const { body } = await server.now().rest.call('POST', '/authentications', order);
  const { state, requestId } = body as { state?: string; requestId?: string };
  if (state === 'approved' && requestId !== undefined) accepted.push(requestId);
  return state === 'approved';
};

/** Adds people until the disk takes no more. @returns what the first refused call was answered */
const addUntilFull = async (round: number): Promise<number> => {
  for (let call = 0; call < maxCalls; call += 1) {
    disk.fill();
    const username = `full-${round}-${call}@example.org`;
    const { status } = await server.now().rest.call('POST', '/users', { username });
    if (status !== 201) return status;
    acknowledged.push(username);
  }
  throw new Error(`${maxCalls} people were added to a full disk`);
};

test(`REL-17 a disk that is full ${rounds} times: nobody is let in, nothing is damaged, and it works within 10 s of space`, async () => {
  const { rest } = server.now();
  const backMs: number[] = [];
  const { requestId } = await ask(rest, 'push@example.org', 'before', 600);
  const push = await until('the push', () => phone.find('before'));
  for (let round = 0; round < rounds; round += 1) {
    expect(await addUntilFull(round)).toBe(503);
    expect(await logIn()).toBe(false);
    disk.free();
    const from = performance.now();
    await until('a login', logIn);
    backMs.push(Math.round(performance.now() - from));
    await pause(200);
  }
  process.stderr.write(`REL-17: logins again after ${backMs.join(', ')} ms\n`);
  for (const ms of backMs) expect(ms).toBeLessThanOrEqual(worksWithinMs);
  await phone.answer(push, 'approve');
  expect(await endOf(rest, requestId)).toMatchObject({ state: 'approved' });
});

test('REL-17 whatever was acknowledged is on record, and every file is whole', async () => {
  expect(await server.stop()).toBe(0);
  expect(server.faults()).toEqual([]);
  const { events, keys, views, ledger, temporalDatabase } = layoutOf(data);
  for (const file of [events, keys, views, ledger, temporalDatabase]) {
    const db = new DatabaseSync(file);
    expect([file, db.prepare('PRAGMA integrity_check').all()]).toEqual([
      file,
      [{ integrity_check: 'ok' }],
    ]);
    db.close();
  }
  expect(factsOnDisk(data, 'UserAdded').length).toBeGreaterThanOrEqual(
    acknowledged.length + people.length + 1,
  );
  const approved = new Set(
    factsOnDisk(data, 'AuthenticationApproved').map(({ stream }) => stream.split('-')[1]),
  );
  expect(accepted.filter((id) => !approved.has(id))).toEqual([]);
  expect(violations(readRecord(data))).toEqual([]);
  expect(runVerify({ path: data, keys: [], anchors: [], quiet: true }).result).toMatchObject({
    ok: true,
  });
});

test('REL-17 a folder that takes no writes is not served, and is as it was when it does', async () => {
  const before = factsOnDisk(data, 'UserAdded').length;
  disk.setReadOnly(true);
  await expect(serve({ data })).rejects.toThrow(/serve ended with 1[^]*read-only file system/i);
  disk.setReadOnly(false);
  await server.start();
  expect(factsOnDisk(data, 'UserAdded')).toHaveLength(before);
  await until('a login', logIn);
});
