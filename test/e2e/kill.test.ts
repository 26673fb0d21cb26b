import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { freePort } from '../support/freePort.ts';
import { seed } from '../support/profile.ts';
import { phone, type Phone, type Watching } from './support/phone.ts';
import { pfAuthUser, sdkClient, type SdkAnswer, type SdkClient } from './support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* A push waits for its person while things die: nothing is lost, nothing is asked or decided twice. */

const killPoints = 20;
const data = temporaryData();
const user = 'bob@example.org';
let ports: { http: number; https: number };
let server: ServerProcess;
let sdk: SdkClient;
let bobsPhone: Phone;
let account: { username: string; password: string };

const start = async (): Promise<void> => {
  server = await serve({ data: data.path, ...ports });
  sdk?.close();
  sdk = sdkClient({ ...server.info, account });
};

beforeAll(async () => {
  ports = { http: await freePort(), https: await freePort() };
  account = { username: '', password: '' };
  await start();
  account = await server.rest.ok('POST', '/service-accounts', { name: 'svc' });
  // The most that a server allows: a start on a busy machine takes longer than people would repeat a login.
  await server.rest.ok('PATCH', '/settings', { duplicateGraceSeconds: 30 });
  sdk.close();
  sdk = sdkClient({ ...server.info, account });
  await server.rest.ok('POST', '/users', { username: user, method: 'app' });
  const { url, code } = await server.rest.ok<{ url: string; code: string }>(
    'POST',
    `/users/${user}/activations`,
    {},
  );
  bobsPhone = phone(join(data.path, 'phone'), server.info.ca);
  await bobsPhone.activate(url, code);
}, 120_000);

afterAll(async () => {
  sdk?.close();
  await data.remove();
});

type Row = { position: number; type: string; requestId: string };

/** Facts of one application's requests; each round asks under a name of its own. */
const factsOf = async (application: string): Promise<readonly Row[]> => {
  const { items } = await server.rest.ok<{ items: { requestId: string }[] }>(
    'GET',
    `/authentications?application=${application}&limit=50`,
  );
  const facts = await Promise.all(
    items.map(async ({ requestId }) => {
      const story = await server.rest.ok<{ events: Row[] }>('GET', `/audit/explain/${requestId}`);
      return story.events;
    }),
  );
  return facts.flat();
};

const killTemporal = (): void => {
  try {
    process.kill(server.temporalPid(), 'SIGKILL');
  } catch {
    // It died with the round before and is being started again.
  }
};

const victims = {
  server: async () => {
    await server.kill('SIGKILL');
    await start();
  },
  Temporal: async () => {
    killTemporal();
    await until('Temporal to be back', async () => {
      const { status } = await server.rest.call('GET', '/health/ready');
      return status === 200;
    });
  },
  both: async () => {
    killTemporal();
    await server.kill('SIGKILL');
    await start();
  },
} as const;

/** Asks like a caller that loses its connection: the same call again until it is answered. */
const insist = async (application: string): Promise<SdkAnswer> =>
  await until(
    'the caller to be answered',
    async () => {
      try {
        const answer = await pfAuthUser(sdk, user, { application });
        // 9006: the server says that it cannot decide now; the caller asks again.
        const temporary = answer.body.includes('<Code>9006</Code>');
        return answer.status === 200 && !temporary ? answer : undefined;
      } catch {
        return undefined;
      }
    },
    90_000,
  );

const expectOneOfEach = async (application: string, shown: Watching | undefined) => {
  const facts = await factsOf(application);
  const count = (type: string) => facts.filter((fact) => fact.type === type).length;
  expect(count('AuthenticationChallengeSent')).toBe(1);
  expect(count('AuthenticationDeviceAnswered')).toBe(1);
  if (!shown) return;
  const guids = shown
    .lines()
    .filter((line) => line['event'] === 'prompt' && line['application'] === application)
    .map((line) => line['guid']);
  expect(new Set(guids).size).toBe(1);
};

const waitingPush = (application: string) =>
  until('the push to wait', async () => {
    const { items } = await server.rest.ok<{ items: unknown[] }>(
      'GET',
      `/authentications?application=${application}&state=awaiting-user`,
    );
    return items.length > 0;
  });

test.each(['server', 'Temporal', 'both'] as const)(
  'H60-7 kill -9 of %s with a push waiting: the person approves, the retry gets true, one push, one decision',
  async (victim) => {
    const application = `waiting-${victim}`;
    const first = pfAuthUser(sdk, user, { application }).catch(() => undefined);
    await waitingPush(application);
    await victims[victim]();
    const retry = insist(application);
    await until('the phone to approve', async () => {
      try {
        await bobsPhone.act('approve');
        return true;
      } catch {
        return false; // Not back yet.
      }
    });
    expect((await retry).text('PfAuthUser_4Result')).toBe('true');
    await first;
    await expectOneOfEach(application, undefined);
  },
  120_000,
);

/** A small repeatable generator: the kill points of a seed are the same in every run. */
const random = (from: number) => {
  let state = from >>> 0;
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

test(`REL-01 H10-4 ${killPoints} random kill points: one push, one decision, the caller gets true`, async () => {
  const next = random(seed);
  const watching = bobsPhone.watch('--approve');
  try {
    for (let point = 0; point < killPoints; point += 1) {
      const application = `point-${point}`;
      const victim = (['server', 'Temporal', 'both'] as const)[Math.floor(next() * 3)]!;
      const delayMs = Math.floor(next() * 400);
      const first = pfAuthUser(sdk, user, { application }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await victims[victim]();
      const retry = await insist(application);
      await first;
      expect(retry.text('PfAuthUser_4Result')).toBe('true');
      await expectOneOfEach(application, watching);
    }
  } finally {
    await watching.stop();
  }
}, 600_000);
