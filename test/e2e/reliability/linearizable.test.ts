import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isLinearizable } from '../../support/linearizable.ts';
import { personRegister } from '../../support/personRegister.ts';
import { count, isLong, seed } from '../../support/profile.ts';
import { chance, pause } from '../support/chance.ts';
import { openRequests, readRecord, violations } from '../support/invariants.ts';
import { addOathUser, inParts } from '../support/people.ts';
import { callOnce, type Subject } from '../support/personCaller.ts';
import { temporaryData } from '../support/serverProcess.ts';
import { freePorts, supervised, type Supervised } from '../support/supervised.ts';
import { until } from '../support/until.ts';

/*
 * Two processes of one server are asked for blocks and logins of the same people at once, while one of them is held up
 * and one is killed. What the callers saw must fit one order.
 */

const histories = count(50);
/** A twentieth of both would be histories too short to hold a fault. */
const operations = isLong ? 2_000 : 160;
const longestPauseMs = isLong ? 10_000 : 1_500;
const operationsEach = 30;
const callers = 8;
const data = temporaryData();
const luck = chance(seed);
const env = { COUNTERSIGN_REST_CALLS_PER_SECOND: '10000' };
const everybody: string[] = [];
let first: Supervised;
let second: Supervised;

beforeAll(async () => {
  first = supervised({ data: data.path, ...(await freePorts()), env });
  second = supervised({ data: data.path, ...(await freePorts()), env, args: ['--join', 'second'] });
  await first.start();
  await second.start();
}, 120_000);
afterAll(async () => await data.remove(), 60_000);

/** Holds one process up, then kills one: each fault alone would be the easier half. */
const disturb = async (round: number): Promise<void> => {
  const [held, killed] = round % 2 === 0 ? [first, second] : [second, first];
  await pause(luck.below(500));
  const { pid } = held.now();
  process.kill(pid, 'SIGSTOP');
  await pause(luck.below(longestPauseMs));
  process.kill(pid, 'SIGCONT');
  await pause(luck.below(500));
  await killed.kill('server');
};

/** The log once whoever was still asked has been blocked, which ends what is open. */
const settled = async () => {
  const { rest } = first.now();
  await inParts(everybody, (username) => rest.ok('POST', '/blocks', { username, reason: 'over' }));
  await until('all requests to end', () => openRequests(readRecord(data.path)).length === 0);
  return readRecord(data.path);
};

const record = async (round: number): Promise<readonly Subject[]> => {
  const names = Array.from(
    { length: Math.ceil(operations / operationsEach) },
    (_, index) => `p${round}-${index}@example.org`,
  );
  everybody.push(...names);
  const { rest } = first.now();
  const users = await inParts(names, (name) => addOathUser(rest, name));
  const subjects = users.map((user): Subject => ({ user, history: [], waiting: [] }));
  let answers = 0;
  const faults = { over: false };
  const caller = async (): Promise<void> => {
    // The faults are part of every history, and what comes after them too.
    while (answers < operations || !faults.over) {
      const node = luck.of([first, second]);
      if (await callOnce(node.now().rest, luck.of(subjects), luck)) answers += 1;
      if (answers > operations / 2 && !faults.over) await pause(20);
    }
  };
  await Promise.all([
    disturb(round).finally(() => (faults.over = true)),
    ...Array.from({ length: callers }, caller),
  ]);
  return subjects;
};

test(
  `REL-05 ${histories} histories × ${operations} operations at 2 processes, with pauses and kills, are linearizable`,
  async () => {
    let told = 0;
    let accepts = 0;
    for (let round = 0; round < histories; round += 1)
      for (const { user, history } of await record(round)) {
        const fits = isLinearizable(history, personRegister);
        if (!fits) process.stderr.write(`${user.username}: ${JSON.stringify(history)}\n`);
        expect([user.username, fits]).toEqual([user.username, true]);
        told += history.filter((operation) => operation.told !== undefined).length;
        accepts += history.filter(({ told: ending }) => ending?.result === 'accepted').length;
      }
    // A server that answers nobody would be linearizable, too.
    expect(told).toBeGreaterThanOrEqual(histories * operations);
    expect(accepts).toBeGreaterThan(histories);
    process.stderr.write(`REL-05: ${told} answers, ${accepts} of them let somebody in\n`);
    expect(violations(await settled())).toEqual([]);
  },
  60_000 + histories * (60_000 + operations * 100),
);
