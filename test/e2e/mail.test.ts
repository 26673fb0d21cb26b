import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../support/freePort.ts';
import { count } from '../support/profile.ts';
import { smtpSink, textOf, type SmtpSink } from '../support/smtpSink.ts';
import { addOathUser } from './support/people.ts';
import { countersign } from './support/phone.ts';
import { pocketPhone, type PocketPhone } from './support/pocketPhone.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* Mail of the whole server, with a real mail server that comes and goes. */

const killRounds = count(10);
const data = temporaryData();
const administrators = ['one@example.org', 'two@example.org'];
let ports: { http: number; https: number };
let mailPort: number;
let server: ServerProcess;
let sink: SmtpSink;
let phone: PocketPhone | undefined;

const start = async (): Promise<void> => {
  server = await serve({ data: data.path, ...ports });
};

beforeAll(async () => {
  ports = { http: await freePort(), https: await freePort() };
  mailPort = await freePort();
  sink = await smtpSink({ port: mailPort });
  await start();
  await server.rest.ok('PUT', '/configuration/smtpServer/main', {
    host: '127.0.0.1',
    port: mailPort,
    security: 'none',
    sender: 'mfa@example.org',
  });
  await server.rest.ok('PATCH', '/settings', {
    notificationAddresses: administrators.join(', '),
    sendMailToUsers: true,
    companyName: 'Example Works',
  });
}, 120_000);

afterAll(async () => {
  phone?.close();
  await data.remove();
  await sink.stop();
});

type MailRow = { mailId: string; state: string; occasion: string; to: string; username: string };
const mailsAbout = async (username: string): Promise<readonly MailRow[]> => {
  const { items } = await server.rest.ok<{ items: MailRow[] }>('GET', '/mails?limit=200');
  return items.filter((mail) => mail.username === username);
};

/** Without those from before the person had an address. */
const due = async (username: string): Promise<readonly MailRow[]> =>
  (await mailsAbout(username)).filter(({ state }) => state !== 'skipped');

test('a test message is sent, and a mail server that is away is told at once', async () => {
  const said = await countersign(['mails', 'test', 'jo@example.org', '--data', data.path]);
  expect(said).toBe('sent to jo@example.org\n');
  expect(sink.received.map(({ to }) => to)).toEqual([['jo@example.org']]);
  await sink.stop();
  const refused = countersign(['mails', 'test', 'jo@example.org', '--data', data.path]);
  await expect(refused).rejects.toMatchObject({ stdout: 'not sent (ECONNREFUSED)\n', code: 1 });
  sink = await smtpSink({ port: mailPort });
  const list = await countersign(['mails', 'list', '--state', 'failed', '--data', data.path]);
  expect(list).toMatch(/failed +mailTest +j…@example\.org +ECONNREFUSED/);
});

test('a report of fraud on the phone is mailed to everybody on the list', async () => {
  const username = 'fay@example.org';
  await server.rest.ok('POST', '/users', { username, method: 'app' });
  const activation = await server.rest.ok<{ url: string; code: string }>(
    'POST',
    `/users/${username}/activations`,
    {},
  );
  const { ca } = server.info;
  phone = await pocketPhone({ folder: `${data.path}-phone`, ca, ...activation });
  const asking = server.rest.call('POST', '/authentications', {
    user: username,
    application: 'Payroll',
    wait: 30,
  });
  const asked = await until('the request', () => phone!.find('Payroll'));
  expect(await phone.answer(asked, 'fraud')).toBe('recorded');
  await asking;
  const told = await until('both mails', () => {
    const mails = sink.received.filter((mail) => mail.raw.includes('fay@example.org'));
    return mails.length >= 2 && mails;
  });
  expect(told.flatMap(({ to }) => to).toSorted()).toEqual(administrators);
  expect(textOf(told[0]!)).toContain('Application: Payroll');
  await until('the list', async () => {
    const rows = await due(username);
    return rows.length === 2 && rows.every(({ state }) => state === 'sent');
  });
});

test('SEC-31 after five wrong codes in a row the person has a mail', async () => {
  const user = await addOathUser(server.rest, 'guy@example.org');
  await server.rest.ok('PATCH', `/users/${user.username}`, { email: 'guy@home.example' });
  for (let tries = 1; tries <= 5; tries += 1)
    await server.rest.call('POST', '/authentications', {
      user: user.username,
      application: 'VPN',
      code: user.wrongCode(tries),
    });
  const mine = () => sink.received.filter(({ to }) => to.includes('guy@home.example'));
  await until('the mail', () =>
    mine().some(({ header }) => header('subject') === 'Wrong codes for your account'),
  );
  expect(textOf(mine().at(-1)!)).toContain('Example Works');
});

test('H10-7 an account that wrong PINs lock is mailed to everybody on the list, once', async () => {
  const user = await addOathUser(server.rest, 'lou@example.org');
  const { username } = user;
  await server.rest.ok('PATCH', `/users/${username}`, { oathMode: 'pin' });
  await server.rest.ok('PUT', `/users/${username}/pin`, { pin: '739104', changeRequired: false });
  await server.rest.ok('PATCH', '/settings', { lockoutDenials: 2 });
  const codes = [];
  for (let tries = 1; tries <= 3; tries += 1) {
    const { code } = await server.rest.ok<{ code: string }>('POST', '/authentications', {
      user: username,
      application: 'VPN',
      code: `${user.wrongCode(tries)}4711`,
    });
    codes.push(code);
  }
  expect(codes).toEqual(['WRONG_CODE', 'WRONG_CODE', 'USER_LOCKED']);
  const [lock] = (
    await server.rest.ok<{ items: { until: string }[] }>('GET', `/blocks?username=${username}`)
  ).items;
  await until('both mails to be on record as sent', async () => {
    const rows = (await due(username)).filter(({ occasion }) => occasion === 'lockedOut');
    return rows.length === 2 && rows.every(({ state }) => state === 'sent');
  });
  const told = sink.received.filter(({ header }) =>
    header('subject')?.includes(`Account ${username} is locked`),
  );
  expect(told.flatMap(({ to }) => to).toSorted()).toEqual(administrators);
  for (const mail of told)
    expect(textOf(mail)).toContain(`Locked until: ${lock!.until.slice(0, 10)}`);
});

test(
  `REL-02 kill -9 while the mail server is away: ${killRounds} mails, each arrives once`,
  async () => {
    for (let round = 0; round < killRounds; round += 1) {
      const user = await addOathUser(server.rest, `kim${round}@example.org`);
      const address = `kim${round}@home.example`;
      await server.rest.ok('PATCH', `/users/${user.username}`, { email: address });
      await sink.stop();
      await server.rest.ok('POST', `/users/${user.username}/tokens`, {});
      await until('the mail to be on record', async () => (await due(user.username)).length > 0);
      await server.kill('SIGKILL');
      // Back before the next try: the one after that is a minute later.
      sink = await smtpSink({ port: mailPort });
      await start();
      const mine = () => sink.received.filter(({ to }) => to.includes(address));
      await until('the mail', () => mine().length > 0, 120_000);
      await until('its record', async () =>
        (await due(user.username)).every(({ state }) => state === 'sent'),
      );
      expect(mine()).toHaveLength(1);
    }
  },
  60_000 + killRounds * 150_000,
);

/** The engine hears for ten seconds that nobody has it any more, and tries again after ten; not the 45 that one may take. */
const againWithinMs = 40_000;

test('REL-02 kill -9 while a mail is being handed over: it arrives soon after the start, once', async () => {
  const user = await addOathUser(server.rest, 'lee@example.org');
  const address = 'lee@home.example';
  await server.rest.ok('PATCH', `/users/${user.username}`, { email: address });
  const never = new Promise<number>(() => {});
  const offered: string[] = [];
  sink.refuse = (to) => {
    offered.push(to);
    return never;
  };
  await server.rest.ok('POST', `/users/${user.username}/tokens`, {});
  await until('the mail to be under way', () => offered.includes(address));
  await server.kill('SIGKILL');
  sink.refuse = () => 0;
  await start();
  const mine = () => sink.received.filter(({ to }) => to.includes(address));
  await until('the mail', () => mine().length > 0, againWithinMs);
  await until('its record', async () =>
    (await due(user.username)).every(({ state }) => state === 'sent'),
  );
  expect(mine()).toHaveLength(1);
}, 120_000);

test('REL-10 a mail server that takes its time is given a mail once', async () => {
  const user = await addOathUser(server.rest, 'mel@example.org');
  const address = 'mel@home.example';
  await server.rest.ok('PATCH', `/users/${user.username}`, { email: address });
  const offered: string[] = [];
  // Longer than a process may be silent that has an activity.
  sink.refuse = async (to) => {
    offered.push(to);
    await pause(13_000);
    return 0;
  };
  await server.rest.ok('POST', `/users/${user.username}/tokens`, {});
  await until('its record', async () => {
    const mine = await due(user.username);
    return mine.length > 0 && mine.every(({ state }) => state === 'sent');
  });
  expect(offered).toEqual([address]);
}, 90_000);
