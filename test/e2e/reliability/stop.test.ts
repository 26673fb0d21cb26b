import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { count, seed } from '../../support/profile.ts';
import { chance, pause } from '../support/chance.ts';
import { timed } from '../support/deadline.ts';
import { readRecord, violations } from '../support/invariants.ts';
import { keyedLoad, type KeyedLoad } from '../support/keyedLoad.ts';
import { addPhoneUser, ask, endOf } from '../support/openPush.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { serve, temporaryData } from '../support/serverProcess.ts';
import { freePorts, supervised, type Supervised } from '../support/supervised.ts';
import { until } from '../support/until.ts';

/* An orderly stop under load, alone and of two processes in turn: callers ask again, and no answer is lost. */

const restarts = count(100);
const callers = 6;
const drainedWithinMs = 30_000;
const refusesWithinMs = 2_000;
const data = temporaryData();
const luck = chance(seed);
const user = 'ann@example.org';
const env = { COUNTERSIGN_REST_CALLS_PER_SECOND: '10000' };
let first: Supervised;
let second: Supervised;
let phone: PocketPhone;
let load: KeyedLoad | undefined;

beforeAll(async () => {
  first = supervised({ data: data.path, ...(await freePorts()), env });
  const args = ['--join', 'second'];
  second = supervised({ data: data.path, ...(await freePorts()), env, args });
  const { rest, info } = await first.start();
  await rest.ok('PATCH', '/settings', { pushLimitPerHour: 100 });
  const folder = join(data.path, '..', 'phones');
  phone = await addPhoneUser({ rest, username: user, ca: info.ca, folder });
}, 120_000);

afterEach(async () => {
  const running = load;
  load = undefined;
  await running?.stop().catch(() => undefined); // Its test has failed already.
}, 70_000);
afterAll(async () => {
  phone?.close();
  await data.remove();
}, 60_000);

const refusesConnections = async (port: number): Promise<boolean> =>
  await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });

const expectNothingLost = ({ answers }: KeyedLoad): void => {
  const { stories } = readRecord(data.path);
  const byApplication = Map.groupBy(stories.values(), ({ application }) => application);
  for (const [{ application }, { requestId, code }] of answers) {
    const onRecord = byApplication.get(application) ?? [];
    expect(onRecord.map((story) => [story.requestId, story.code])).toEqual([[requestId, code]]);
    expect(code).toBe('USER_NOT_FOUND');
  }
};

test('REL-14 SIGTERM under load: nothing new, drained within 30 s, exit code 0, an open push stays answerable', async () => {
  const open = await ask(first.now().rest, user, 'over the restart');
  const push = await until('the push', () => phone.find('over the restart'));
  load = keyedLoad(callers, () => [first.now().rest]);
  await until('the load to run', () => load!.answers.size > 20);
  const waiting = first
    .now()
    .rest.call('GET', `/authentications/${open.requestId}?wait=30`)
    .catch(() => undefined);

  const { port } = new URL(first.now().info.https);
  const stopping = timed(() => first.stop());
  const refusing = timed(() =>
    until('new connections to be refused', () => refusesConnections(Number(port))),
  );
  expect((await refusing).ms).toBeLessThan(refusesWithinMs);
  const { result: exitCode, ms } = await stopping;
  expect(exitCode).toBe(0);
  expect(ms).toBeLessThan(drainedWithinMs);
  await waiting;

  const { rest } = await first.start();
  expect(await phone.answer(push, 'approve')).toBe('recorded');
  expect(await endOf(rest, open.requestId)).toMatchObject({ state: 'approved' });
  const running = load;
  load = undefined;
  await running.stop();
  expectNothingLost(running);
}, 90_000);

test(
  `REL-14 ${restarts} rolling restarts of two processes under load: no answer is lost`,
  async () => {
    await second.start();
    load = keyedLoad(callers, () => [first.now().rest, second.now().rest]);
    for (let restart = 0; restart < restarts; restart += 1) {
      const [node, other] = restart % 2 === 0 ? [first, second] : [second, first];
      const application = `rolling-${restart}`;
      const open = await until('the push to be taken', async () => {
        try {
          return await ask(other.now().rest, user, application);
        } catch {
          return undefined;
        }
      });
      const push = await until('the push', () => phone.find(application));
      await pause(luck.below(300));
      expect(await node.stop()).toBe(0);
      await node.start();
      expect(await phone.answer(push, 'approve')).toMatch(/recorded|answered/);
      for (const { rest } of [node.now(), other.now()])
        expect(await endOf(rest, open.requestId)).toMatchObject({ state: 'approved' });
    }
    const running = load;
    load = undefined;
    await running.stop();
    expect(running.answers.size).toBeGreaterThan(restarts);
    expectNothingLost(running);
    expect(violations(readRecord(data.path))).toEqual([]);
  },
  60_000 + restarts * 20_000,
);

test('REL-14 a start that fails ends its process, and says why', async () => {
  await second.stop();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await first.stop();
  try {
    await expect(serve({ data: data.path, args: ['--join', 'third'] })).rejects.toThrow(
      /serve ended with 1:[^]*start one first/,
    );
    await expect(serve({ data: data.path, https: port })).rejects.toThrow(
      /serve ended with 1:[^]*in use by another program/,
    );
  } finally {
    taken.close();
  }
}, 60_000);

test('REL-20 nothing was left uncaught', () => {
  expect([...first.faults(), ...second.faults()]).toEqual([]);
});
