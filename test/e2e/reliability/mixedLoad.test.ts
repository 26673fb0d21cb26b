import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { count, isLong, seed } from '../../support/profile.ts';
import { chance, inParallel, pause } from '../support/chance.ts';
import {
  openRequests,
  readRecord,
  violations,
  type Record,
  type Story,
} from '../support/invariants.ts';
import { countersign } from '../support/phone.ts';
import { temporaryData } from '../support/serverProcess.ts';
import { freePorts, supervised, victims, type Supervised } from '../support/supervised.ts';
import { until } from '../support/until.ts';
import { viewTables } from '../support/viewTables.ts';
import { duplicateGraceSeconds, prepareLoad, type Load } from './mixedLoad.ts';
import { kinds, type Told } from './told.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

/* Logins of all kinds while things are killed: what callers were told is what the log says, and nothing else. */

const logins = count(10_000);
const kills = count(500);
const atOnce = 16;
const askedAgain = 40;
const runMs = 15_000 + kills * 10_000;

const data = temporaryData();
const luck = chance(seed);
let server: Supervised;
let load: Load;
let record: Record;

beforeAll(async () => {
  server = supervised({
    data: data.path,
    ...(await freePorts()),
    env: { COUNTERSIGN_REST_CALLS_PER_SECOND: '10000' },
  });
  await server.start();
  await server.stop();
  await server.start();
  load = await prepareLoad({
    server,
    folder: join(data.path, '..', 'phones'),
    coded: isLong ? 400 : 140,
    // Nobody may deny more than a hundred times an hour.
    pushed: isLong ? 30 : 10,
    chance: luck,
  });
}, 120_000);

afterAll(async () => {
  await load?.stop();
  await data.remove();
});

const killAtRandom = async (): Promise<void> => {
  const points = Array.from({ length: kills }, () => luck.below(logins)).toSorted((a, b) => a - b);
  for (const point of points) {
    await until('the load to go on', () => load.begun() >= point, runMs);
    await pause(luck.below(300));
    await server.kill(luck.of(victims));
  }
};

test(
  `REL-01 ${logins} logins under ${kills} kill -9 of server, Temporal and both: every caller is answered`,
  async () => {
    const jobs = Array.from({ length: logins }, () => luck.of(kinds));
    await Promise.all([killAtRandom(), inParallel(jobs, atOnce, load.run)]);
    record = await until(
      'all requests to end',
      () => {
        const now = readRecord(data.path);
        return openRequests(now).length === 0 && now;
      },
      90_000,
    );
  },
  runMs + 100_000,
);

/** An attempt whose turn came after its caller had been told to try again: it ends, and asks nobody. */
const tooLate = 'INTERNAL';

type Rest = Extract<Told, { door: 'rest' }>;
const restAnswers = (): readonly Rest[] => load.told.filter((told) => told.door === 'rest');

test('REL-01 I1, I2: each answer is in the log, once', () => {
  for (const { application, requestId, code } of restAnswers())
    expect({ application, code: record.stories.get(requestId)?.code }).toEqual({
      application,
      code,
    });
  const asked = Map.groupBy(record.stories.values(), ({ application }) => application);
  for (const { application, requestId } of restAnswers()) {
    const stories = asked.get(application)!;
    expect(
      stories.filter((story) => story.requestId === requestId || story.code !== tooLate),
    ).toHaveLength(1);
  }
});

test('REL-01 I1, I2: what SOAP callers were told is in the log, once; the rest is what got no answer', () => {
  const oneShot = load.told.filter((told) => told.door === 'soap' && told.userId !== undefined);
  const byUser = Map.groupBy(oneShot, (told) => (told.door === 'soap' ? told.userId! : ''));
  for (const [userId, told] of byUser) {
    const yes = told.filter((answer) => answer.door === 'soap' && answer.result).length;
    const onRecord = [...record.stories.values()].filter(
      (story) => story.userId === userId && story.application === 'SDK',
    );
    const accepted = onRecord.filter(({ code }) => code === 'APPROVED').length;
    const unknown = load.unanswered.get(userId) ?? 0;
    expect(accepted).toBeGreaterThanOrEqual(yes);
    expect(accepted).toBeLessThanOrEqual(yes + unknown);
    expect(onRecord.length).toBeGreaterThanOrEqual(told.length);
    expect(onRecord.length).toBeLessThanOrEqual(told.length + unknown);
  }
  const accepted = new Set(
    record.of('UserCodeAccepted').map(({ stream, data: { step } }) => `${stream}/${String(step)}`),
  );
  for (const told of oneShot)
    if (told.door === 'soap' && told.result)
      expect(accepted).toContain(`user-${told.userId}/${told.step}`);
  for (const told of load.told)
    if (told.door === 'soap' && told.requestId !== undefined) {
      const end = record.stories.get(told.requestId)?.code;
      expect({ ...told, result: end === 'APPROVED' || end === 'NOT_ENROLLED' }).toEqual(told);
    }
});

type Asked = { readonly atMs: number; readonly untilMs: number };
/** When an attempt asked its person itself, and until when it may be answered (Unix ms). */
const askedOf = ({ facts }: Story): Asked | undefined => {
  const sent = facts.find(({ type }) => type === 'AuthenticationChallengeSent');
  return sent && { atMs: sent.atMs, untilMs: Date.parse(String(sent.data['expiresAt'])) };
};
/** The attempt that asks the person in this one's stead, where it joined another; otherwise itself. */
const leaderOf = (story: Story): Story => {
  const joined = story.facts.find(({ type }) => type === 'AuthenticationJoined');
  return joined ? record.stories.get(String(joined.data['leaderId']))! : story;
};
/** So long after its time an attempt may still count as open, where nothing ran to end it. */
const slackMs = 10_000;

/**
 * Whether an attempt stands for the same as the one before: that was open, or approved a moment ago. Only who asks
 * again later than that, as a caller may whose server is away for so long, is a new one.
 */
const isRepeated = (before: Story, story: Story): boolean => {
  const end = before.facts.at(-1)!;
  const overMs =
    before.code === 'APPROVED'
      ? end.atMs + duplicateGraceSeconds * 1_000
      : Math.min(end.atMs, askedOf(before)!.untilMs + slackMs);
  return story.facts[0]!.atMs < overMs;
};

/** A phone that hears nothing for a minute has been able to answer nothing. */
const enoughMs = 15_000;
const wasUnreachable = (story: Story): boolean => {
  const leader = leaderOf(story);
  const asked = askedOf(leader);
  if (!asked || leader.facts.some(({ type }) => type === 'AuthenticationDeviceAnswered'))
    return false;
  return server.servedMs(asked.atMs, asked.untilMs) < enoughMs;
};

/** A right code that waited for a dead server until it was none any more. */
const cameTooLate = ({ requestId, sent }: Rest): boolean => {
  const { facts } = record.stories.get(requestId)!;
  return load.stepsLate(sent, facts[0]!.atMs) > 0;
};

test('REL-01 I3 to I7: the log holds no accept without a ground, no second end, use or contact', () => {
  expect(violations(record)).toEqual([]);
  const contacted = [...record.stories.values()].filter(({ application, facts }) => {
    const asked = facts.some(({ type }) => type === 'AuthenticationChallengeSent');
    return asked && application.startsWith('login-');
  });
  const byApplication = Map.groupBy(contacted, ({ application }) => application);
  const twice = [...byApplication.values()].flatMap((stories) =>
    stories
      .slice(1)
      .map((story, index) => [stories[index]!, story] as const)
      .filter(([before, story]) => isRepeated(before, story)),
  );
  expect(twice).toEqual([]);
  const shown = load.phones.flatMap((phone) => phone.shown());
  for (const [application, prompts] of Map.groupBy(shown, (prompt) => prompt.application))
    if (application !== 'Test')
      expect(prompts.length).toBeLessThanOrEqual(byApplication.get(application)!.length);
});

test('REL-01 every kind of login ended as it had to', () => {
  const expected: Readonly<{ [kind: string]: readonly string[] }> = {
    restRight: ['APPROVED'],
    restWrong: ['WRONG_CODE', 'THROTTLED'],
    replay: ['CODE_REUSED', 'THROTTLED'],
    pushApproved: ['APPROVED'],
    pushDenied: ['USER_DENIED'],
    unknownRest: ['USER_NOT_FOUND'],
    block: ['USER_BLOCKED'],
  };
  const wrong = restAnswers().filter(
    (told) =>
      told.code !== tooLate &&
      !expected[told.kind]!.includes(told.code) &&
      !(told.code === 'NO_RESPONSE' && wasUnreachable(record.stories.get(told.requestId)!)) &&
      !(told.code === 'WRONG_CODE' && cameTooLate(told)),
  );
  expect(wrong).toEqual([]);
  const refused = load.told.filter(
    (told) => told.door === 'soap' && told.kind === 'soapPush' && !told.result,
  );
  for (const told of refused)
    expect(told.door === 'soap' && record.stories.get(told.requestId ?? '')?.code).toBe(tooLate);
});

test('REL-01 I4: whoever asks again with the same key hears the same', async () => {
  for (let asked = 0; asked < askedAgain; asked += 1) {
    const told = luck.of(restAnswers());
    expect(await load.again(told)).toEqual(told);
  }
  expect(readRecord(data.path).stories.size).toBe(record.stories.size);
});

test('REL-01 I8: the command line makes all views anew, and each equals the one that served', async () => {
  const answer = JSON.parse(
    await countersign(['rebuild-views', '--json', '--data', data.path]),
  ) as { tables: { name: string; equal: boolean }[] };
  expect(answer.tables.filter(({ equal }) => !equal)).toEqual([]);
  expect(answer.tables.length).toBeGreaterThan(10);
}, 60_000);

test('REL-01 I8: a start without the views makes them as they were, row by row', async () => {
  await load.stop();
  const { views, events } = layoutOf(data.path);
  expect(await server.stop()).toBe(0);
  const before = viewTables(views);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${views}${suffix}`, { force: true });
  await server.start();
  expect(await server.stop()).toBe(0);
  expect(viewTables(views)).toEqual(before);
  const log = new DatabaseSync(events, { readOnly: true });
  expect(log.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  log.close();
}, 60_000);

test('REL-20 nothing was left uncaught in any of these lives', () => {
  expect(server.faults()).toEqual([]);
});
