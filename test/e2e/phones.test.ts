import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { freePort } from '../support/freePort.ts';
import { phoneNetwork } from '../phonenet/support.ts';
import { factsOnDisk } from './support/factLog.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

jest.setTimeout(120_000);

const data = temporaryData();
let server: ServerProcess;
let network: Awaited<ReturnType<typeof phoneNetwork>>;
const ourNumber = '+15550001111';

beforeAll(async () => {
  const http = await freePort();
  network = await phoneNetwork({ secondMs: 40 });
  server = await serve({
    data: data.path,
    http,
    env: {
      COUNTERSIGN_PUBLIC_URL: `http://127.0.0.1:${http}`,
      COUNTERSIGN_ALLOWED_TARGETS: new URL(network.url).host,
    },
  });
  await server.rest.ok('PUT', '/configuration/telephonyProvider/first', {
    type: 'twilio',
    baseUrl: network.url,
    account: network.account,
    secret: network.secret,
    from: ourNumber,
    order: 1,
    texts: true,
    calls: true,
  });
  await network.phones.textsGoTo(
    ourNumber,
    `http://127.0.0.1:${http}/telephony/first/texts`,
    'twilio',
  );
});
afterAll(async () => await data.remove());

type Attempt = { requestId: string; state: string; code?: string; method?: string };
let people = 0;
const add = async (user: Record<string, unknown>) => {
  people += 1;
  const phone = `+1555010${String(people).padStart(4, '0')}`;
  const username = `person${people}@example.org`;
  await server.rest.ok('POST', '/users', {
    username,
    phone: `+1 ${phone.slice(2)}`,
    ...user,
  });
  return { username, phone };
};
const ask = async (username: string, wait = 0): Promise<Attempt> =>
  await server.rest.ok<Attempt>('POST', '/authentications', {
    user: username,
    application: 'Payroll',
    wait,
  });
const stand = async (requestId: string) =>
  await server.rest.ok<Attempt>('GET', `/authentications/${requestId}?wait=20`);
const ended = async (requestId: string) =>
  await until('the end', async () => {
    const attempt = await stand(requestId);
    return attempt.code === undefined ? undefined : attempt;
  });

describe('a call', () => {
  test('rings, is answered with #, and lets in', async () => {
    const { username, phone } = await add({ method: 'call' });
    await network.phones.set(phone, { keys: '#' });
    const { requestId } = await ask(username);
    expect(await ended(requestId)).toMatchObject({
      state: 'approved',
      code: 'APPROVED',
      method: 'call',
    });
    expect((await network.phones.log(phone)).calls).toHaveLength(1);
  });

  test.each([
    ['busy', 'BUSY'],
    ['noAnswer', 'NO_ANSWER'],
    ['voicemail', 'VOICEMAIL'],
    ['failed', 'UNREACHABLE'],
  ] as const)(
    'to a phone that is %s ends so, after the backup phone was tried',
    async (answer, code) => {
      const { username, phone } = await add({
        method: 'call',
        backupPhone: `+1 555020${1000 + people}`,
      });
      const backup = `+1555020${1000 + people - 1}`;
      await network.phones.set(phone, { answer });
      await network.phones.set(backup, { answer: 'busy' });
      const { requestId } = await ask(username);
      expect(await ended(requestId)).toMatchObject({ state: 'denied', code: 'BUSY' });
      expect((await network.phones.log(phone)).calls).toHaveLength(1);
      expect((await network.phones.log(backup)).calls).toHaveLength(1);
      const alone = await add({ method: 'call' });
      await network.phones.set(alone.phone, { answer });
      expect(await ended((await ask(alone.username)).requestId)).toMatchObject({ code });
    },
  );

  test('H10-6 fraud by phone: 0 # reports, 1 blocks as well', async () => {
    const loud = await add({ method: 'call' });
    await network.phones.set(loud.phone, { keys: '0#1' });
    expect(await ended((await ask(loud.username)).requestId)).toMatchObject({
      code: 'FRAUD_REPORTED',
    });
    expect(await ask(loud.username)).toMatchObject({ state: 'denied', code: 'USER_BLOCKED' });
    const quiet = await add({ method: 'call' });
    await network.phones.set(quiet.phone, { keys: '0#2' });
    expect(await ended((await ask(quiet.username)).requestId)).toMatchObject({
      code: 'FRAUD_REPORTED',
    });
    await network.phones.set(quiet.phone, { keys: '#' });
    expect(await ended((await ask(quiet.username)).requestId)).toMatchObject({ code: 'APPROVED' });
    await until('both reports', () => factsOnDisk(data.path, 'FraudReported').length === 2);
  });
});

describe('a text message', () => {
  const lastText = async (phone: string) =>
    await until('the text', async () =>
      (await network.phones.log(phone)).texts.findLast(({ to }) => to === phone),
    );

  test('brings a code that is typed into the login', async () => {
    const { username, phone } = await add({ method: 'sms' });
    const first = await ask(username, 20);
    expect(first).toMatchObject({ state: 'awaiting-code', method: 'sms' });
    const code = /\d{6}/.exec((await lastText(phone)).body)![0];
    const path = `/authentications/${first.requestId}/code`;
    const wrong = await server.rest.call<Attempt>('POST', path, {
      code: code === '000000' ? '000001' : '000000',
    });
    expect(wrong.body).toMatchObject({ state: 'awaiting-code', triesLeft: 2 });
    expect(await server.rest.ok('POST', path, { code })).toMatchObject({ state: 'approved' });
  });

  test('is answered with its code', async () => {
    const { username, phone } = await add({ method: 'sms', smsDirection: 'twoWay' });
    const { requestId } = await ask(username);
    const code = /\d{6}/.exec((await lastText(phone)).body)![0];
    await network.phones.text(phone, ourNumber, ` ${code} `);
    expect(await ended(requestId)).toMatchObject({ state: 'approved', method: 'sms' });
  });
});

describe('a provider that fails', () => {
  test('SEC-44 lets nobody in, and says that it was the provider', async () => {
    const { username, phone } = await add({ method: 'sms' });
    await network.phones.set(phone, { fault: 'http503' });
    expect(await ended((await ask(username)).requestId)).toMatchObject({
      state: 'failed',
      code: 'PROVIDER_ERROR',
    });
  });

  test('REL-10 an answer that is lost is asked for: one text, one login', async () => {
    const { username, phone } = await add({ method: 'sms' });
    await network.phones.set(phone, { fault: 'resetAfterAccepting' });
    const attempt = await ask(username, 30);
    expect(attempt).toMatchObject({ state: 'awaiting-code' });
    expect((await network.phones.log(phone)).texts).toHaveLength(1);
  });
});
