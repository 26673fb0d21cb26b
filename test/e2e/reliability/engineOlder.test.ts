import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectTemporal } from '../../../adapters/temporal/connect.ts';
import { userBlockStream } from '../../../domain/ids.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { defaultNamespace } from '../../../runtime/temporalServer.ts';
import { count, isLong, seed } from '../../support/profile.ts';
import { chance, pause } from '../support/chance.ts';
import { factsOnDisk } from '../support/factLog.ts';
import { readRecord, violations } from '../support/invariants.ts';
import { addPhoneUser, ask, endOf, stateOf } from '../support/openPush.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import type { RestClient } from '../support/rest.ts';
import { temporaryData } from '../support/serverProcess.ts';
import { freePorts, supervised, type Supervised } from '../support/supervised.ts';
import { until } from '../support/until.ts';

/* The workflow engine's file is older than the log, as after a power loss or a restore: the log wins. */

const rounds = count(100);
/** Age of the copy that is put back. */
const longestAgeMs = isLong ? 60_000 : 3_000;
const data = temporaryData();
const luck = chance(seed);
let server: Supervised;
let phones: readonly PocketPhone[];

const people = [
  'openBefore',
  'openAfter',
  'settledAfter',
  'deniedAfter',
  'blockedAfter',
  'unblockedAfter',
] as const;
type Person = (typeof people)[number];
const userOf = (person: Person): string => `${person}@example.org`;
const phoneOf = (person: Person): PocketPhone => phones[people.indexOf(person)]!;

beforeAll(async () => {
  server = supervised({ data: data.path, ...(await freePorts()) });
  const { rest, info } = await server.start();
  await rest.ok('PATCH', '/settings', {
    pushLimitPerHour: 100,
    duplicateGraceSeconds: 0,
    // After a denial, people with codes are asked for one; these are to be pushed again.
    oathInApp: false,
  });
  const folder = join(data.path, '..', 'phones');
  const made: PocketPhone[] = [];
  for (const person of people)
    made.push(await addPhoneUser({ rest, username: userOf(person), ca: info.ca, folder }));
  phones = made;
}, 120_000);

afterAll(async () => {
  for (const phone of phones ?? []) phone.close();
  await data.remove();
});

const folderOf = () => layoutOf(data.path).temporalFolder;
const copy = join(data.path, '..', 'older');

/** What a power loss at this instant would leave: the file with its write-ahead log, mid-sentence. */
const takeCopy = (): void => {
  const pid = server.now().temporalPid();
  process.kill(pid, 'SIGSTOP');
  try {
    rmSync(copy, { recursive: true, force: true });
    cpSync(folderOf(), copy, { recursive: true });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
};

const putBack = (): void => {
  for (const suffix of ['', '-wal', '-shm']) {
    const name = `temporal.db${suffix}`;
    rmSync(join(folderOf(), name), { force: true });
    cpSync(join(copy, name), join(folderOf(), name), { force: true });
  }
};

const approve = async (person: Person, application: string): Promise<string> => {
  const push = await until('the push', () => phoneOf(person).find(application));
  return await phoneOf(person).answer(push, 'approve');
};

const isHeld = async (blockId: string): Promise<boolean> => {
  const engine = await connectTemporal({
    address: server.now().info.temporal,
    namespace: defaultNamespace,
    masterKeys: [randomBytes(32)],
    onRefused: () => undefined,
  });
  try {
    const run = await engine.client.workflow.getHandle(userBlockStream(blockId)).describe();
    return run.status.name === 'RUNNING';
  } catch {
    return false;
  } finally {
    await engine.close();
  }
};

const block = (rest: RestClient, person: Person): Promise<{ blockId: string }> =>
  rest.ok('POST', '/blocks', { username: userOf(person), reason: 'test' });
const unblock = (rest: RestClient, person: Person): Promise<unknown> =>
  rest.ok('POST', `/blocks/${userOf(person)}/unblock`, { reason: 'test' });

const round = async (number: number): Promise<void> => {
  const { rest } = server.now();
  const application = `round-${number}`;
  const asked = (person: Person) => ask(rest, userOf(person), application);
  const openBefore = await asked('openBefore');
  const settled = await asked('settledAfter');
  const denied = await asked('deniedAfter');
  await block(rest, 'unblockedAfter');
  await pause(200);
  takeCopy();
  const taken = Date.now();

  const openAfter = await asked('openAfter');
  await approve('settledAfter', application);
  const push = await until('the push', () => phoneOf('deniedAfter').find(application));
  await phoneOf('deniedAfter').answer(push, 'deny');
  const { blockId } = await block(rest, 'blockedAfter');
  await unblock(rest, 'unblockedAfter');
  await pause(Math.max(0, 1_000 + luck.below(longestAgeMs - 1_000) - (Date.now() - taken)));
  const contacts = () => factsOnDisk(data.path, 'AuthenticationChallengeSent').length;
  const before = contacts();

  expect(await server.stop()).toBe(0);
  putBack();
  const { rest: now } = await server.start();

  // Open ones are answerable, whether the older engine has heard of them or not.
  for (const [person, { requestId }] of [
    ['openBefore', openBefore],
    ['openAfter', openAfter],
  ] as const) {
    expect(await approve(person, application)).toBe('recorded');
    expect(await endOf(now, requestId)).toMatchObject({ state: 'approved' });
  }
  // Settled ones stay as they are, and nobody is asked again.
  expect(await stateOf(now, settled.requestId)).toMatchObject({ state: 'approved' });
  expect(await stateOf(now, denied.requestId)).toMatchObject({ code: 'USER_DENIED' });
  for (const person of ['settledAfter', 'deniedAfter'] as const)
    expect(await phoneOf(person).find(application)).toBeUndefined();
  expect(contacts()).toBe(before);

  // A block of the forgotten time is held and can be ended; one that was ended then stays ended.
  await until('the block to be held', () => isHeld(blockId));
  expect(await ask(now, userOf('blockedAfter'), `${application}-blocked`)).toMatchObject({
    code: 'USER_BLOCKED',
  });
  await unblock(now, 'blockedAfter');
  await until('the block to be let go', async () => !(await isHeld(blockId)));
  for (const person of ['blockedAfter', 'unblockedAfter'] as const) {
    const { requestId } = await ask(now, userOf(person), `${application}-free`);
    await approve(person, `${application}-free`);
    expect(await endOf(now, requestId)).toMatchObject({ state: 'approved' });
  }
};

test(
  `REL-11 ${rounds} times an older engine: open requests go on, settled ones stay, blocks end`,
  async () => {
    for (let number = 0; number < rounds; number += 1) await round(number);
    expect(violations(readRecord(data.path))).toEqual([]);
    const blocks = factsOnDisk(data.path, 'UserBlocked');
    expect(factsOnDisk(data.path, 'UserUnblocked')).toHaveLength(blocks.length);
    expect(blocks).toHaveLength(2 * rounds);
  },
  60_000 + rounds * (longestAgeMs + 30_000),
);

test('REL-20 nothing was left uncaught', () => {
  expect(server.faults()).toEqual([]);
});
