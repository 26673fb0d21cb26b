import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { pause } from '../support/chance.ts';
import { timed } from '../support/deadline.ts';
import { factsOnDisk } from '../support/factLog.ts';
import { openRequests, readRecord, violations } from '../support/invariants.ts';
import { addPhoneUser, ask, endOf } from '../support/openPush.ts';
import { addOathUser, addSdkAccount, sdkOf, type OathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { pfAuthUser, type SdkAnswer, type SdkClient } from '../support/sdk.ts';
import { temporaryData } from '../support/serverProcess.ts';
import { freePorts, supervised, type Supervised } from '../support/supervised.ts';
import { until } from '../support/until.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

/* The log takes no appends: nobody is let in, everybody is told so, and afterwards all is as if they had asked. */

/** Longer than a caller waits for its attempt to be on record, and than SQLite waits for its lock. */
const heldMs = 9_000;
/** An attempt gets 5 s to be on record; the rest is this machine's. */
const toldWithinMs = 8_000;
const data = temporaryData();
let server: Supervised;
let sdk: SdkClient;
let phone: PocketPhone;
let people: OathUser[];

beforeAll(async () => {
  server = supervised({ data: data.path, ...(await freePorts()) });
  const { rest, info } = await server.start();
  await rest.ok('PATCH', '/settings', { oathWindow: 2 });
  sdk = sdkOf(server.now(), await addSdkAccount(rest, 'svc'));
  people = [];
  for (const name of ['rest', 'soap', 'next'])
    people.push(await addOathUser(rest, `${name}@example.org`));
  const folder = join(data.path, '..', 'phones');
  phone = await addPhoneUser({ rest, username: 'push@example.org', ca: info.ca, folder });
}, 120_000);

afterAll(async () => {
  sdk?.close();
  phone?.close();
  await data.remove();
});

/** Keeps everybody else from writing, as a backup gone wrong or a second program would. */
const hold = (): (() => void) => {
  const holder = new DatabaseSync(layoutOf(data.path).events);
  holder.exec('BEGIN IMMEDIATE');
  return () => {
    holder.exec('ROLLBACK');
    holder.close();
  };
};

type Answer = { status: number; type: string; retryAfter: string; body: Record<string, unknown> };

const call = async (path: string, body: unknown, key?: string): Promise<Answer> => {
  const { info } = server.now();
  const token = readFileSync(layoutOf(data.path).adminToken, 'utf8').trim();
  const response = await fetch(`${info.http}/api/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    retryAfter: response.headers.get('retry-after') ?? '',
    body: (await response.json()) as Record<string, unknown>,
  };
};

const expectUnavailable = ({ result, ms }: { result: Answer; ms: number }): void => {
  expect(result.status).toBe(503);
  expect(result.type).toMatch(/^application\/problem\+json/);
  expect(Number(result.retryAfter)).toBeGreaterThan(0);
  expect(result.body['code']).toBe('UNAVAILABLE');
  expect(ms).toBeLessThan(toldWithinMs);
};

const expectNotNow = (operation: string, { result, ms }: { result: SdkAnswer; ms: number }) => {
  expect(result.status).toBe(200);
  expect(result.text(`${operation}Result`)).toBe('false');
  expect(result.body).toContain('<Code>9006</Code>');
  expect(ms).toBeLessThan(toldWithinMs);
};

test('REL-03 SEC-44 the log takes nothing: 503 over REST, false and 9006 over SOAP, and an open push is not lost', async () => {
  const { rest } = server.now();
  const [overRest, overSoap, next] = people as [OathUser, OathUser, OathUser];
  const open = await ask(rest, 'push@example.org', 'before');
  const shown = await until('the push', () => phone.find('before'));
  const key = randomUUID();
  const body = {
    user: overRest.username,
    application: 'held',
    code: overRest.rightCode(),
  };

  const release = hold();
  const approving = phone.answer(shown, 'approve');
  const soapCode = { username: overSoap.username, oathCode: overSoap.rightCode() };
  const releasing = pause(heldMs).then(release);
  const [code, wrong, push, soap, soapPush] = await Promise.all([
    timed(() => call('/authentications', body, key)),
    timed(() =>
      call('/authentications', {
        user: next.username,
        application: 'held-wrong',
        code: next.wrongCode(1),
      }),
    ),
    timed(() =>
      call('/authentications', { user: 'nobody@example.org', application: 'held-unknown' }),
    ),
    timed(() => sdk.call('ValidateOathCode', soapCode)),
    timed(() => pfAuthUser(sdk, 'nobody@example.org', { application: 'held-soap' })),
  ]);
  for (const answer of [code, wrong, push]) expectUnavailable(answer);
  expectNotNow('ValidateOathCode', soap);
  expectNotNow('PfAuthUser_4', soapPush);
  await releasing;

  // The answer that the phone kept sending counts once, now that it can.
  expect(['recorded', 'answered']).toContain(await approving);
  expect(await endOf(rest, open.requestId)).toMatchObject({ state: 'approved' });

  // Whoever asks with the same key hears what is on record about that very attempt, and always the same.
  await until('the held attempts to be settled', () => {
    const held = [...readRecord(data.path).stories.values()].filter(({ application }) =>
      application.startsWith('held'),
    );
    return openRequests(readRecord(data.path)).length === 0 && held.length >= 1;
  });
  const again = await until('an answer', async () => {
    const answer = await call('/authentications', body, key);
    return answer.status === 200 && answer;
  });
  const record = readRecord(data.path);
  const story = record.stories.get(String(again.body['requestId']));
  expect(again.body['code']).toBe(story!.code);
  expect((await call('/authentications', body, key)).body).toEqual(again.body);
  expect([...record.stories.values()].filter((one) => one.application === 'held')).toHaveLength(1);
  expect(violations(record)).toEqual([]);
}, 60_000);

test('REL-03 afterwards the next attempt works', async () => {
  const { rest } = server.now();
  const fresh = await addOathUser(rest, 'fresh@example.org');
  const body = { user: fresh.username, application: 'after', code: fresh.rightCode() };
  expect(await rest.ok('POST', '/authentications', body)).toMatchObject({ state: 'approved' });
  const { requestId } = await ask(rest, 'push@example.org', 'after-push');
  await phone.answer(await until('the push', () => phone.find('after-push')), 'approve');
  expect(await endOf(rest, requestId)).toMatchObject({ state: 'approved' });
});

test('REL-03 changes of people are not confirmed either, and are made once when asked again', async () => {
  const body = { username: 'held-user@example.org', method: 'oath' };
  const added = factsOnDisk(data.path, 'UserAdded').length;
  const release = hold();
  try {
    // A change waits 10 s for its commit; this one never gets it in that time.
    expect(await call('/users', body)).toMatchObject({ status: 503 });
  } finally {
    release();
  }
  await until('the user to be there', async () => {
    const { status } = await call('/users', body);
    return status === 409 || status === 201;
  });
  expect(factsOnDisk(data.path, 'UserAdded')).toHaveLength(added + 1);
}, 60_000);

test('REL-03 of many who add one name at the same time, one gets it', async () => {
  const added = factsOnDisk(data.path, 'UserAdded').length;
  const body = { username: 'wanted@example.org', method: 'oath' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => call('/users', body)));
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  expect(factsOnDisk(data.path, 'UserAdded')).toHaveLength(added + 1);
  const reserved = factsOnDisk(data.path, 'UsernameReserved').map(({ stream }) => stream);
  expect(new Set(reserved).size).toBe(reserved.length);
});

test('REL-20 nothing was left uncaught', () => {
  expect(server.faults()).toEqual([]);
});
