import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { guessDelayMs, maxConsecutiveFailures } from '../../../domain/guessBudget.ts';
import { count } from '../../support/profile.ts';
import { factsOnDisk } from '../support/factLog.ts';
import { startNodes, type Nodes } from '../support/nodes.ts';
import { addOathUser, addSdkAccount, sdkOf, type OathUser } from '../support/people.ts';
import { pfAuthUser, type SdkClient } from '../support/sdk.ts';
import { restClient, type RestClient } from '../support/rest.ts';
import { temporaryData, type ServerProcess } from '../support/serverProcess.ts';

/* Somebody who has the password tries codes at every door of two processes at once. */

const guesses = count(2_000);
const fiveMinutesMs = 5 * 60_000;
const evaluationsPerFiveMinutes = 10;
const freeGuesses = 5;

const data = temporaryData();
let nodes: Nodes;
let account: { username: string; password: string };
let token: string;
let callers: SdkClient[] = [];

beforeAll(async () => {
  nodes = await startNodes(data.path);
  const { rest } = nodes.first;
  account = await addSdkAccount(rest, 'svc');
  ({ token } = await rest.ok<{ token: string }>('POST', '/api-clients', {
    name: 'guesser',
    scopes: ['verify'],
  }));
}, 120_000);

afterAll(async () => {
  for (const sdk of callers) sdk.close();
  await nodes.end('SIGTERM');
  await data.remove();
}, 60_000);

/** Tries one code and says whether it opened. `application` keeps attempts of two doors apart. */
type Door = (user: OathUser, code: string, application: string) => Promise<boolean>;

const opened = { approved: true, skipped: true } as Readonly<Record<string, boolean>>;

const soapDoors = (node: ServerProcess): readonly Door[] => {
  const sdk = sdkOf(node, account);
  callers.push(sdk);
  return [
    async ({ username }, oathCode) => {
      const answer = await sdk.call('ValidateOathCode', { username, oathCode });
      expect(answer.status).toBe(200);
      return answer.text('ValidateOathCodeResult') === 'true';
    },
    async ({ username }, otp, application) => {
      const begun = await pfAuthUser(sdk, username, { application });
      expect([begun.status, begun.text('PfAuthUser_4Result')]).toEqual([200, 'false']);
      const authenticationRequestId = begun.text('authenticationRequestId') ?? '';
      const answer = await sdk.call('ValidateOtp', { authenticationRequestId, otp });
      expect(answer.status).toBe(200);
      return answer.text('ValidateOtpResult') === 'true';
    },
  ];
};

const restDoors = (rest: RestClient): readonly Door[] => [
  async ({ username }, code, application) => {
    const { status, body } = await rest.call<{ state: string }>('POST', '/authentications', {
      user: username,
      application,
      code,
    });
    expect([200, 429]).toContain(status);
    return opened[body.state] ?? false;
  },
  async ({ username }, code, application) => {
    const begun = await rest.call<{ requestId: string; code?: string }>(
      'POST',
      '/authentications',
      {
        user: username,
        application,
      },
    );
    // So many of this person's attempts may wait at a time.
    if (begun.status === 429 || begun.body.code === 'THROTTLED') return false;
    expect(begun.status).toBe(202);
    const { status, body } = await rest.call<{ state: string }>(
      'POST',
      `/authentications/${begun.body.requestId}/code`,
      { code },
    );
    expect([200, 429]).toContain(status);
    return opened[body.state] ?? false;
  },
];

const allDoors = ({ first, second }: Nodes): readonly Door[] =>
  [first, second].flatMap((node) => [
    ...soapDoors(node),
    ...restDoors(restClient(node.info.http, token)),
  ]);

/** Each door tries its share one after the other, all doors at the same time. @returns how many opened */
const storm = async (doors: readonly Door[], user: OathUser, total: number, name: string) => {
  const share = Math.ceil(total / doors.length);
  const hits = await Promise.all(
    doors.map(async (door, at) => {
      let mine = 0;
      for (let number = 0; number < share; number += 1) {
        const code = user.wrongCode(at * share + number);
        if (await door(user, code, `${name}-${at}-${number}`)) mine += 1;
      }
      return mine;
    }),
  );
  return hits.reduce((sum, hit) => sum + hit, 0);
};

const evaluations = ({ userId }: OathUser): readonly number[] =>
  factsOnDisk(data.path, 'UserCodeRefused', 'UserCodeAccepted')
    .filter(({ stream }) => stream === `user-${userId}`)
    .map(({ data: { at } }) => Date.parse(String(at)));

/** Whoever is evaluated must have kept every limit at that very moment, whichever process evaluated it. */
const expectWithinBudget = (atMs: readonly number[]): void => {
  expect(atMs.length).toBeLessThanOrEqual(maxConsecutiveFailures);
  atMs.forEach((at, failures) => {
    const recent = atMs.slice(0, failures).filter((before) => before > at - fiveMinutesMs);
    expect(recent.length).toBeLessThan(evaluationsPerFiveMinutes);
    if (failures >= freeGuesses)
      expect(at - atMs[failures - 1]!).toBeGreaterThanOrEqual(
        2 ** (failures - freeGuesses) * 1_000,
      );
  });
};

test('the delay that the test expects is the one that the rules have', () => {
  expect([4, 5, 6, 9].map(guessDelayMs)).toEqual([0, 1_000, 2_000, 16_000]);
});

test(`SEC-31 ${guesses} wrong codes at 8 doors of 2 processes: no more are evaluated than the budget allows, none opens, and neither a new challenge nor kill -9 of both resets it`, async () => {
  const user = await addOathUser(nodes.first.rest, 'guessed@example.org');
  const opens = await storm(allDoors(nodes), user, guesses, 'storm');
  expect(opens).toBe(0);
  const before = evaluations(user);
  expect(before.length).toBeGreaterThanOrEqual(freeGuesses);
  expectWithinBudget(before);
  // Each evaluation on an attempt of its own is on record there as well.
  const shown = factsOnDisk(data.path, 'AuthenticationCodeSubmitted');
  expect(shown.length).toBe(before.length);
  expect(shown.filter((fact) => fact.data['accepted'] === true)).toHaveLength(0);

  await nodes.end('SIGKILL');
  nodes = await startNodes(data.path);
  expect(await storm(allDoors(nodes), user, 24, 'after')).toBe(0);
  const after = evaluations(user);
  expect(after.slice(0, before.length)).toEqual(before);
  expectWithinBudget(after);
  process.stderr.write(
    `SEC-31: ${guesses} + 24 codes, ${before.length} evaluated, ${after.length} after the restart\n`,
  );
}, 600_000);
