import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import { defaultNamespace } from '../../../runtime/temporalServer.ts';
import { engineBack } from '../../support/engineBack.ts';
import { timed } from '../support/deadline.ts';
import { openRequests, readRecord, violations } from '../support/invariants.ts';
import { addPhoneUser, ask, endOf, stateOf } from '../support/openPush.ts';
import { addOathUser, addSdkAccount, sdkOf, type OathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { pfAuthUser, type SdkClient } from '../support/sdk.ts';
import { temporaryData } from '../support/serverProcess.ts';
import { freePorts, supervised, type Supervised } from '../support/supervised.ts';
import { until } from '../support/until.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

/* The workflow engine hangs, or is gone and does not come back: callers know soon, and open requests go on. */

const failedWithinMs = 5_000;
const goesOnWithinMs = 10_000;
/** No promise: how long the test has patience. */
const patienceMs = 60_000;
const data = temporaryData();
const held = new Set<number>();
let server: Supervised;
let sdk: SdkClient;
let phones: readonly PocketPhone[];
let coded: readonly OathUser[];

const userOf = (index: number): string => `user${index}@example.org`;

beforeAll(async () => {
  server = supervised({ data: data.path, ...(await freePorts()) });
  const { rest, info } = await server.start();
  sdk = sdkOf(server.now(), await addSdkAccount(rest, 'svc'));
  const folder = join(data.path, '..', 'phones');
  phones = await Promise.all(
    [0, 1, 2].map((index) => addPhoneUser({ rest, username: userOf(index), ca: info.ca, folder })),
  );
  coded = await Promise.all([0, 1].map((index) => addOathUser(rest, `coded${index}@example.org`)));
}, 120_000);

const letGo = (): void => {
  for (const pid of held) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // It is gone.
    }
  }
  held.clear();
};

afterEach(letGo);
afterAll(async () => {
  sdk?.close();
  for (const phone of phones ?? []) phone.close();
  await data.remove();
});

const hold = (pid: number): void => {
  process.kill(pid, 'SIGSTOP');
  held.add(pid);
};

const hang = async (): Promise<void> => hold(server.now().temporalPid());

/** Killed; and what is started in its place does not get as far as to listen. */
const vanish = async (): Promise<void> => {
  const gone = server.now().temporalPid();
  process.kill(gone, 'SIGKILL');
  const next = await until('the next start', () => {
    const pid = server.now().temporalPid();
    return pid !== gone && pid;
  });
  hold(next);
};

const expectFailed = async (index: number): Promise<void> => {
  const { rest } = server.now();
  const person = coded[index]!;
  const body = { user: person.username, application: 'gone', code: person.rightCode() };
  const [code, push, soap] = await Promise.all([
    timed(() => rest.call('POST', '/authentications', body)),
    timed(() => rest.call('POST', '/authentications', { user: userOf(2), application: 'gone' })),
    timed(() => pfAuthUser(sdk, userOf(2), { application: 'gone' })),
  ]);
  expect(code.result.status).toBe(503);
  expect(push.result.status).toBe(503);
  expect(soap.result.text('PfAuthUser_4Result')).toBe('false');
  expect(soap.result.body).toContain('<Code>9006</Code>');
  for (const { ms } of [code, push, soap]) expect(ms).toBeLessThanOrEqual(failedWithinMs);
};

test.each([
  ['hangs', hang, 0],
  ['is gone', vanish, 1],
] as const)(
  'REL-09 SEC-44 the engine %s: new attempts fail within 5 s; back, open ones go on within 10 s with the old deadline',
  async (how, leave, index) => {
    const { rest } = server.now();
    const application = `open-${how}`;
    const open = await ask(rest, userOf(0), application);
    const short = await ask(rest, userOf(1), application, 15);
    const push = await until('the push', () => phones[0]!.find(application));
    await leave();
    await expectFailed(index);
    expect((await rest.call('GET', '/health/ready')).status).toBe(503);

    // Held beyond the deadline of one of the two.
    await until('the deadline to pass', () => Date.now() > Date.parse(short.expiresAt!) + 500);
    letGo();
    const [back, settled, ...ends] = await Promise.all([
      engineBack(server.now().info.temporal, defaultNamespace),
      phones[0]!.answer(push, 'approve', patienceMs),
      ...[open, short].map(async ({ requestId }) => {
        const { state } = await endOf(rest, requestId, patienceMs);
        return { state, at: Date.now() };
      }),
    ]);
    expect(settled).toMatch(/recorded|answered/);
    expect(ends.map(({ state }) => state)).toEqual(['approved', 'expired']);
    for (const { at } of ends) expect(at - back).toBeLessThanOrEqual(goesOnWithinMs);
    expect((await stateOf(rest, open.requestId)).expiresAt).toBe(open.expiresAt);

    const next = await until('the next attempt to work', async () => {
      const { status, body } = await rest.call<{ state: string }>('POST', '/authentications', {
        user: 'nobody@example.org',
        application: 'after',
      });
      return status === 200 && body;
    });
    expect(next.state).toBe('denied');
    // What reached the engine while it hung is settled like any other attempt, and nobody was told of it.
    const late = await phones[2]!.find('gone');
    if (late) await phones[2]!.answer(late, 'deny');
    await until('all to end', () => openRequests(readRecord(data.path)).length === 0, 70_000);
    expect(violations(readRecord(data.path))).toEqual([]);
  },
  120_000,
);

test('REL-20 nothing was left uncaught', () => {
  expect(server.faults()).toEqual([]);
});
