import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  answer,
  chooseRequest,
  waitingRequests,
  type Phone,
} from '../../cli/authenticator/phone.ts';
import { changePin, prove } from '../../cli/authenticator/proofs.ts';
import { makeFolder, updateState } from '../../cli/authenticator/state.ts';
import { factsOnDisk } from './support/factLog.ts';
import { endOf, stateOf } from './support/openPush.ts';
import { addSdkAccount, sdkOf } from './support/people.ts';
import { pfAuthUser, type SdkClient } from './support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { addTerminalPhone, pushAt } from './support/terminalPhone.ts';
import { until } from './support/until.ts';

// Whatever a busy machine takes: no promise is measured by it.
jest.setTimeout(120_000);

/* Pushes that want more than a yes, by the phone in the terminal and whoever shows the number. */

const data = temporaryData();
let server: ServerProcess;
let sdk: SdkClient;

type Asked = {
  readonly requestId: string;
  readonly state: string;
  readonly code?: string;
  readonly displayNumber?: string;
};

const addPhone = (username: string): Promise<Phone> =>
  addTerminalPhone(server, { username, folder: join(data.path, '..', `phone-of-${username}`) });

/** Makes a phone that may answer anew. */
const forgetAnswers = (folder: string) =>
  updateState(folder, (state) => ({ ...state, answers: {} }));

const ask = (user: string, application: string, more: object = {}): Promise<Asked> =>
  server.rest.ok<Asked>('POST', '/authentications', { user, application, wait: 30, ...more });

/** For a caller that can show no number. */
const askPlainly = (user: string, application: string): Promise<Asked> =>
  ask(user, application, { numberMatch: false, wait: 0 });

beforeAll(async () => {
  server = await serve({ data: data.path });
  sdk = sdkOf(server, await addSdkAccount(server.rest, 'svc'));
}, 120_000);

afterAll(async () => {
  sdk.close();
  await data.remove();
});

describe('a number, as it is by default where one can be shown', () => {
  const user = 'ann@example.org';
  let phone: Phone;
  beforeAll(async () => {
    phone = await addPhone(user);
  });

  test('the right one approves', async () => {
    const asked = await ask(user, 'right');
    expect(asked.state).toBe('awaiting-user');
    expect(asked.displayNumber).toMatch(/^[1-9]\d$/);
    const proof = await prove(phone, await pushAt(phone, 'right'), {
      number: asked.displayNumber!,
    });
    expect(proof.result).toBe('recorded');
    expect(await endOf(server.rest, asked.requestId)).toMatchObject({ code: 'APPROVED' });
    expect(factsOnDisk(data.path, 'AuthenticationDeviceAnswered').at(-1)?.data).toMatchObject({
      answer: 'approve',
      form: 'number',
    });
    const told = JSON.stringify(
      await server.rest.ok<object>('GET', `/audit/explain/${asked.requestId}`),
    );
    expect(told).toContain("with the number of the login, signed by the device's key");
  });

  test('SEC-49 the device token alone answers nothing, the key does', async () => {
    const asked = await askPlainly(user, 'stolen');
    const waiting = await pushAt(phone, 'stolen');
    const { privateKey: _, ...thief } = waiting.account;
    const stolen = { ...phone, folder: join(data.path, '..', 'stolen-phone') };
    await makeFolder(stolen.folder);
    for (const choice of ['approve', 'deny', 'fraud'] as const) {
      const told = { ...waiting, account: thief };
      await forgetAnswers(stolen.folder);
      expect(await answer(stolen, choice, told)).toMatchObject({ result: 'notOpen' });
    }
    expect(await stateOf(server.rest, asked.requestId)).toMatchObject({ state: 'awaiting-user' });
    expect(await answer(phone, 'approve', waiting)).toMatchObject({ result: 'recorded' });
    const signed = { text: expect.stringContaining('decision approve\nnumber none') };
    expect(factsOnDisk(data.path, 'AuthenticationDeviceAnswered').at(-1)?.data).toMatchObject({
      form: 'plain',
      signed,
    });
  });

  test('SEC-37 a wrong one denies at once; the right one is in no push, no answer and no later view', async () => {
    const asked = await ask(user, 'wrong');
    const { account, push } = await pushAt(phone, 'wrong');
    expect(push).toMatchObject({ entropyMode: 'type' });
    expect(Object.keys(push).filter((name) => name.endsWith('EntropyChallenge'))).toEqual([]);
    const right = Number(asked.displayNumber);
    const number = String(right === 99 ? 10 : right + 1);
    const proof = await prove(phone, { account, push }, { number });
    expect(proof).toEqual({ guid: push['guid'], result: 'numberWrong', triesLeft: 0 });
    const ended = await endOf(server.rest, asked.requestId);
    expect(ended).toMatchObject({ state: 'denied', code: 'WRONG_CODE' });
    expect(ended).not.toHaveProperty('displayNumber');
    const again = await prove(phone, { account, push }, { number: asked.displayNumber! });
    expect(again.result).toBe('answered');
  });

  test('SEC-10 SEC-37 an equal login that joins shows the same number, and both end with its answer', async () => {
    const asked = await ask(user, 'joined');
    const joiners = [await ask(user, 'joined'), await ask(user, 'joined', { wait: 0 })];
    for (const { requestId, displayNumber, state } of joiners) {
      expect({ displayNumber, state }).toEqual({
        displayNumber: asked.displayNumber,
        state: 'awaiting-user',
      });
      expect(requestId).not.toBe(asked.requestId);
      expect(await stateOf(server.rest, requestId)).toMatchObject({ state: 'joined' });
    }
    const waiting = await pushAt(phone, 'joined');
    const ids = [asked, ...joiners].map(({ requestId }) => requestId);
    const sent = factsOnDisk(data.path, 'AuthenticationChallengeSent');
    expect(sent.filter(({ stream }) => ids.some((id) => stream.includes(id)))).toHaveLength(1);
    await prove(phone, waiting, { number: asked.displayNumber! });
    for (const id of ids) expect(await endOf(server.rest, id)).toMatchObject({ code: 'APPROVED' });
  });

  test('a plain yes is refused and leaves the request open', async () => {
    const asked = await ask(user, 'plain');
    const waiting = await pushAt(phone, 'plain');
    expect(await answer(phone, 'approve', waiting)).toMatchObject({ result: 'refused' });
    expect(await stateOf(server.rest, asked.requestId)).toMatchObject({ state: 'awaiting-user' });
    await prove(phone, waiting, { number: asked.displayNumber! });
    expect(await endOf(server.rest, asked.requestId)).toMatchObject({ code: 'APPROVED' });
  });

  test('a caller that can show none says so, and a yes is enough', async () => {
    const asked = await askPlainly(user, 'without');
    expect(asked).not.toHaveProperty('displayNumber');
    await answer(phone, 'approve', await pushAt(phone, 'without'));
    expect(await endOf(server.rest, asked.requestId)).toMatchObject({ code: 'APPROVED' });
  });
});

describe('SEC-37 the strict profile', () => {
  const user = 'stu@example.org';
  let phone: Phone;
  beforeAll(async () => {
    phone = await addPhone(user);
    await server.rest.ok('PATCH', '/settings', { numberMatching: 'strict' });
  });
  afterAll(async () => {
    await server.rest.ok('PATCH', '/settings', { numberMatching: 'whereShown' });
  });

  test('SEC-37 wants six typed digits, and a wrong number denies', async () => {
    const first = await ask(user, 'strict-wrong');
    expect(first.displayNumber).toMatch(/^\d{6}$/);
    const waiting = await pushAt(phone, 'strict-wrong');
    expect(waiting.push).toMatchObject({ entropyMode: 'type', entropyDigits: '6' });
    const number = first.displayNumber === '123456' ? '654321' : '123456';
    expect((await prove(phone, waiting, { number })).result).toBe('numberWrong');
    const second = await ask(user, 'strict-right');
    const right = await pushAt(phone, 'strict-right');
    expect(await answer(phone, 'approve', right)).toMatchObject({ result: 'refused' });
    const proof = await prove(phone, right, { number: second.displayNumber! });
    expect(proof.result).toBe('recorded');
    expect(await endOf(server.rest, second.requestId)).toMatchObject({ code: 'APPROVED' });
  });

  test('SEC-37 asks for a code where no number can be shown', async () => {
    const asked = await askPlainly(user, 'strict-code');
    expect(asked.state).toBe('awaiting-code');
  });
});

describe('a PIN that somebody else chooses', () => {
  const user = 'pia@example.org';
  const [first, second] = ['739104', '628193'];
  let phone: Phone;
  beforeAll(async () => {
    phone = await addPhone(user);
    await server.rest.ok('PATCH', `/users/${user}`, { appMode: 'pin' });
  });

  test('without one the app cannot be asked', async () => {
    const asked = await ask(user, 'early', { method: 'app', wait: 0 });
    expect(asked).toMatchObject({ state: 'denied', code: 'NO_METHOD' });
  });

  test('must be changed first: then it approves', async () => {
    await server.rest.ok('PATCH', '/settings', { pinHistory: 1 });
    await server.rest.ok('PUT', `/users/${user}/pin`, { pin: first });
    const asked = await askPlainly(user, 'change');
    const waiting = await pushAt(phone, 'change');
    expect(waiting.push).toMatchObject({ mode: 'pin', pinChangeRequired: 'true' });
    expect((await prove(phone, waiting, { pin: first })).result).toBe('mustChange');
    for (const [newPin, result] of [
      ['12', 'form'],
      ['555184', 'repeated'],
      ['123985', 'sequence'],
      [first, 'recent'],
    ] as const)
      expect((await changePin(phone, waiting, { pin: first, newPin })).result).toBe(result);
    expect((await changePin(phone, waiting, { pin: first, newPin: second })).result).toBe(
      'changed',
    );
    expect(await endOf(server.rest, asked.requestId)).toMatchObject({ code: 'APPROVED' });
  });
});

describe('a PIN', () => {
  const user = 'pip@example.org';
  const pin = '628193';
  let phone: Phone;
  beforeAll(async () => {
    phone = await addPhone(user);
    await server.rest.ok('PATCH', `/users/${user}`, { appMode: 'pin' });
    await server.rest.ok('PUT', `/users/${user}/pin`, { pin, changeRequired: false });
  });

  test('works over the Web Service SDK', async () => {
    const calling = pfAuthUser(sdk, user, { application: 'sdk' });
    const waiting = await pushAt(phone, 'sdk');
    expect(waiting.push['entropyMode']).toBeUndefined();
    expect((await prove(phone, waiting, { pin })).result).toBe('recorded');
    const { body } = await calling;
    expect(body).toContain('<PfAuthUser_4Result>true<');
    expect(body).toContain('<Code>21</Code>');
  });

  test('and a number are both wanted where both can be given', async () => {
    const asked = await ask(user, 'both');
    const waiting = await pushAt(phone, 'both');
    const number = asked.displayNumber!;
    expect((await prove(phone, waiting, { pin })).result).toBe('refused');
    expect((await prove(phone, waiting, { pin, number })).result).toBe('recorded');
    expect(await endOf(server.rest, asked.requestId)).toMatchObject({ code: 'APPROVED' });
  });

  test('SEC-50 that is wrong three times denies', async () => {
    const asked = await askPlainly(user, 'thrice');
    const waiting = await pushAt(phone, 'thrice');
    const tries = [];
    for (let number = 0; number < 3; number += 1) {
      const { result, triesLeft } = await prove(phone, waiting, { pin: '4711' });
      tries.push([result, triesLeft]);
    }
    expect(tries).toEqual([
      ['pinWrong', 2],
      ['pinWrong', 1],
      ['pinExhausted', 0],
    ]);
    expect(await endOf(server.rest, asked.requestId)).toMatchObject({ code: 'WRONG_PIN' });
  });
});

test('five denials with a wrong PIN lock the account: listed with the blocks, and lifted like one', async () => {
  const user = 'lou@example.org';
  const phone = await addPhone(user);
  await server.rest.ok('PATCH', `/users/${user}`, { appMode: 'pin' });
  await server.rest.ok('PUT', `/users/${user}/pin`, { pin: '739104', changeRequired: false });
  await server.rest.ok('PATCH', '/settings', { pinTries: 1, pushLimitPerHour: 100 });
  for (let denial = 0; denial < 5; denial += 1) {
    const { requestId } = await askPlainly(user, `denial-${denial}`);
    await prove(phone, await pushAt(phone, `denial-${denial}`), { pin: '4711' });
    expect(await endOf(server.rest, requestId)).toMatchObject({ code: 'WRONG_PIN' });
  }
  await server.rest.ok('PATCH', '/settings', { pinTries: 3 });
  expect(await askPlainly(user, 'locked')).toMatchObject({ state: 'denied', code: 'USER_LOCKED' });
  const locks = () =>
    server.rest.ok<{ items: unknown[] }>('GET', `/blocks?open=true&username=${user}`);
  expect((await locks()).items).toMatchObject([{ flag: 'lockout' }]);
  await server.rest.ok('POST', `/blocks/${user}/unblock`, { reason: 'it was them' });
  expect((await locks()).items).toEqual([]);
  const { requestId } = await askPlainly(user, 'again');
  const waiting = await pushAt(phone, 'again');
  // Guesses in a row slow the next one down.
  await until('the PIN to be taken', async () => {
    const { result } = await prove(phone, waiting, { pin: '739104' });
    return (
      result === 'recorded' || (result === 'throttled' ? (await pause(500), false) : undefined)
    );
  });
  expect(await endOf(server.rest, requestId)).toMatchObject({ code: 'APPROVED' });
});

test('H60-3 a bypass lets one login in without asking, and only one', async () => {
  const user = 'kim@example.org';
  const phone = await addPhone(user);
  await server.rest.ok('POST', '/bypasses', { user, reason: 'forgot the phone', seconds: 60 });
  const { body } = await pfAuthUser(sdk, user, { application: 'bypassed' });
  expect(body).toContain('<PfAuthUser_4Result>true<');
  expect(body).toContain('<Code>7</Code><Description>Bypassed Auth</Description>');
  expect(await waitingRequests(phone)).toEqual([]);
  const used = await server.rest.ok<{ items: unknown[] }>('GET', `/bypasses?username=${user}`);
  expect(used.items).toMatchObject([{ ended: 'used', requestId: expect.any(String) }]);
  const next = await askPlainly(user, 'asked');
  expect(next.state).toBe('awaiting-user');
  await answer(phone, 'deny', await chooseRequest(phone, undefined));
  expect(await endOf(server.rest, next.requestId)).toMatchObject({ code: 'USER_DENIED' });
  const revoked = await server.rest.call('DELETE', `/bypasses/${user}`);
  expect(revoked.status).toBe(404);
});
