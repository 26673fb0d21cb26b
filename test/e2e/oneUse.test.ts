import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { writePadRequest } from '../../api/pad/writeRequest.ts';
import { contextFor, envelope } from '../../cli/authenticator/wire.ts';
import { letsIn, outcomeOf, type ResultCode } from '../../domain/results.ts';
import { freePort } from '../support/freePort.ts';
import { count } from '../support/profile.ts';
import { activatePhone, postXml, type AppPhone } from './support/appPhone.ts';
import { timed } from './support/deadline.ts';
import { factsOnDisk } from './support/factLog.ts';
import { openRequests, readRecord } from './support/invariants.ts';
import { heardOverRest, heardOverSoap, type Heard } from './support/oneAccept.ts';
import {
  expectOneTold,
  expectOneUse,
  figuresOf,
  heardByPhone,
  heardOverRestLogin,
  heardOverSoapLogin,
  type Round,
} from './support/oneUse.ts';
import { ask } from './support/openPush.ts';
import { addOathUser, addSdkAccount, sdkOf } from './support/people.ts';
import { phoneCompany, type PhoneCompany } from './support/phoneCompany.ts';
import { restClient } from './support/rest.ts';
import { pfAuthUser, type SdkClient } from './support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(1_800_000);

/* What may be used once, in many hands, at two front ends of two processes. */

const rounds = count(50);
/** Two hundred in the long profile; in the short one what still fits on two cores. */
const uses = Math.max(count(200), 40);
const data = temporaryData();
let company: PhoneCompany;
let first: ServerProcess;
let both: readonly ServerProcess[] = [];
let callers: readonly SdkClient[] = [];
let clients: readonly ReturnType<typeof restClient>[] = [];

beforeAll(async () => {
  const http = await freePort();
  company = await phoneCompany({ secondMs: 20 });
  const env = {
    COUNTERSIGN_REST_CALLS_PER_SECOND: '10000',
    COUNTERSIGN_PUBLIC_URL: `http://127.0.0.1:${http}`,
    COUNTERSIGN_ALLOWED_TARGETS: company.target,
  };
  first = await serve({ data: data.path, http, env });
  both = [first, await serve({ data: data.path, args: ['--join', 'second'], env })];
  const { rest } = first;
  await company.serve(rest, http);
  await rest.ok('PATCH', '/settings', { mobileAppUrl: `${first.info.https}/pa` });
  const account = await addSdkAccount(rest, 'svc');
  const { token } = await rest.ok<{ token: string }>('POST', '/api-clients', {
    name: 'caller',
    scopes: ['verify'],
  });
  callers = both.map((node) => sdkOf(node, account));
  clients = both.map((node) => restClient(node.info.http, token));
}, 120_000);

afterAll(async () => {
  for (const sdk of callers) sdk.close();
  // The one that joined lives off the other's workflow engine.
  for (const node of both.toReversed()) await node.kill('SIGTERM');
  await data.remove();
  await company.stop();
}, 60_000);

type Door = () => Promise<Heard>;

/** All at once, at each door in turn. */
const useAll = (doors: readonly Door[]): Promise<readonly Heard[]> =>
  Promise.all(Array.from({ length: uses }, (_, index) => doors[index % doors.length]!()));

const roundsOf = async (
  what: string,
  round: (number: number) => Promise<Round>,
): Promise<readonly Round[]> => {
  const done: Round[] = [];
  const { ms } = await timed(async () => {
    for (let number = 0; number < rounds; number += 1) done.push(await round(number));
  });
  await until('what was begun to end', () => openRequests(readRecord(data.path)).length === 0);
  process.stderr.write(figuresOf(what, done, ms));
  return done;
};

const codeDoors = (username: string, code: string): readonly Door[] => [
  ...callers.map((sdk) => async () => {
    return heardOverSoap(await sdk.call('ValidateOathCode', { username, oathCode: code }));
  }),
  ...clients.map((client) => async () => {
    const asked = { user: username, application: 'One use', code };
    return heardOverRest(await client.call<{ state?: string }>('POST', '/authentications', asked));
  }),
];

/** Streams of the people in whose name somebody was let in. */
const letIn = (prefix: string): readonly string[] => {
  const names = new Set(users.filter(([name]) => name.startsWith(prefix)).map(([, id]) => id));
  return factsOnDisk(data.path, 'AuthenticationApproved', 'AuthenticationSkipped')
    .map((fact) => String(fact.data['userId']))
    .filter((userId) => names.has(userId));
};
const users: [name: string, userId: string][] = [];

test(`H10 one code of a token ${uses} times at once at two front ends of two processes: one success in each of ${rounds} rounds`, async () => {
  const done = await roundsOf('OATH code', async (number) => {
    const user = await addOathUser(first.rest, `oath${number}@example.org`);
    users.push([user.username, user.userId]);
    return { key: user.userId, heard: await useAll(codeDoors(user.username, user.rightCode())) };
  });
  expectOneUse(done, letIn('oath'));
  expectOneTold(done);
});

test(`H10 one recovery code ${uses} times at once: one success in each of ${rounds} rounds`, async () => {
  const { rest } = first;
  const done = await roundsOf('recovery code', async (number) => {
    const { username, userId } = await addOathUser(rest, `recovery${number}@example.org`);
    users.push([username, userId]);
    const path = `/users/${username}/recovery-codes`;
    const { codes } = await rest.ok<{ codes: string[] }>('POST', path);
    return { key: userId, heard: await useAll(codeDoors(username, codes[0]!)) };
  });
  expectOneUse(done, letIn('recovery'));
  expectOneTold(done);
  const used = factsOnDisk(data.path, 'RecoveryCodeUsed').map(({ stream }) => stream);
  expect(used).toHaveLength(letIn('recovery').length);
  expect(new Set(used).size).toBe(used.length);
});

test(`H60-3 one bypass ${uses} times at once: one login let in without being asked in each of ${rounds} rounds, the others are called or throttled`, async () => {
  const { rest } = first;
  const done = await roundsOf('bypass', async (number) => {
    const username = `bypass${number}@example.org`;
    const phone = `+1555010${String(number).padStart(4, '0')}`;
    const asked = { username, method: 'call', phone: `+1 ${phone.slice(2)}` };
    const { userId } = await rest.ok<{ userId: string }>('POST', '/users', asked);
    users.push([username, userId]);
    await company.phones.set(phone, { answer: 'busy' });
    await rest.ok('POST', '/bypasses', { user: username, reason: 'test', seconds: 600 });
    const heard = await useAll([
      ...callers.map((sdk) => async () => heardOverSoapLogin(await pfAuthUser(sdk, username))),
      ...clients.map((client) => async () => {
        const login = { user: username, application: 'One use', wait: 60 };
        return heardOverRestLogin(
          await client.call<{ state?: string }>('POST', '/authentications', login),
        );
      }),
    ]);
    return { key: userId, heard };
  });
  const { stories } = readRecord(data.path);
  const people = new Set(done.map(({ key }) => key));
  const logins = [...stories.values()].filter(({ userId }) => people.has(userId ?? ''));
  const bypassed = logins.filter(({ code }) => code === 'BYPASSED');
  expectOneUse(
    done,
    bypassed.map(({ userId }) => userId!),
  );
  expectOneTold(done);
  const called = (await company.journal()).calls.map(({ voiceUrl }) => voiceUrl);
  for (const { requestId, facts } of bypassed) {
    expect(facts.map(({ type }) => type)).toEqual([
      'AuthenticationRequested',
      'AuthenticationApproved',
    ]);
    expect(called.filter((url) => url.includes(requestId))).toEqual([]);
  }
  const asked = logins.filter(({ facts }) =>
    facts.some(({ type }) => type === 'AuthenticationChallengeSent'),
  );
  expect(called.length).toBeLessThanOrEqual(asked.length);
  const used = factsOnDisk(data.path, 'BypassUsed').map((fact) => String(fact.data['requestId']));
  expect(used.toSorted()).toEqual(bypassed.map(({ requestId }) => requestId).toSorted());
  const others = new Set(logins.map(({ code }) => code));
  others.delete('BYPASSED');
  expect([...others].filter((code) => letsIn(outcomeOf(code as ResultCode)))).toEqual([]);
  process.stderr.write(`bypass: the others ended with ${[...others].join(', ')}\n`);
});

/** The same answer as often as it is called, each time from somewhere else. */
const answerDoors = (phone: AppPhone, push: Awaited<ReturnType<AppPhone['push']>>) => {
  let sent = 0;
  return both.map((node) => async () => {
    sent += 1;
    const body = writePadRequest({
      message: 'phoneAppAuthenticationResultRequest',
      ...envelope(),
      requestId: randomUUID(),
      context: contextFor(push['guid']!, phone.account.deviceToken, phone.proofFor(push)),
      authenticationResult: 1,
    });
    const from = `127.0.2.${1 + (sent % 250)}`;
    return heardByPhone(await postXml(node, '/pa/pad', body, { from }));
  });
};

test(`H10 one answer to a push ${uses} times at once at two processes: taken once in each of ${rounds} rounds`, async () => {
  const { rest } = first;
  const username = 'push@example.org';
  await rest.ok('POST', '/users', { username, method: 'app' });
  const folder = join(data.path, '..', 'push');
  const phone = await activatePhone(first, folder, username);
  await phone.approve(await phone.push('Test'));
  const done = await roundsOf('push answer', async (number) => {
    const application = `push-${number}`;
    const { requestId } = await ask(rest, username, application);
    const push = await phone.push(application);
    return { key: requestId, heard: await useAll(answerDoors(phone, push)) };
  });
  // An answer whose attempt ended before its word got out hears 9003 like the others: it is settled.
  const ours = new Set(done.map(({ key }) => key));
  const keysOf = (type: 'AuthenticationDeviceAnswered' | 'AuthenticationApproved') =>
    factsOnDisk(data.path, type)
      .map(({ stream }) => stream.slice('authentication-'.length))
      .filter((requestId) => ours.has(requestId));
  expectOneUse(done, keysOf('AuthenticationDeviceAnswered'));
  expect(keysOf('AuthenticationApproved').toSorted()).toEqual(
    keysOf('AuthenticationDeviceAnswered').toSorted(),
  );
});
