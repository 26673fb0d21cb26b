import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { MailRefused } from '../../adapters/mail/port.ts';
import { mailStream } from '../../domain/ids.ts';
import { mailIdOf } from '../../domain/mail.ts';
import { addPerson, origin } from '../activities/people.ts';
import { retryMailSignal } from '../../workflows/contracts.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';
import { mailsIn } from './mails.ts';

jest.setTimeout(60_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);
const { set, giveAddress, noticeFor, tell, factsOf, to } = mailsIn(() => engine);

const hourMs = 3_600_000;
let list: string[];
beforeEach(async () => {
  const { mailer } = engine.node;
  mailer.on = true;
  mailer.answer = () => {};
  list = [`a-${randomUUID()}@example.org`, `b-${randomUUID()}@example.org`];
  await set({ notificationAddresses: list.join(', '), sendMailToUsers: true });
});

test('everybody on the notification list gets one mail, however often the notice comes', async () => {
  const notice = noticeFor();
  const handle = await tell(notice);
  await handle.result();
  expect(list.map((address) => to(address).length)).toEqual([1, 1]);
  expect(to(list[0]!)[0]!.messageId).not.toBe(to(list[1]!)[0]!.messageId);
  const again = { noticeId: notice.noticeId, notice };
  await (await engine.start('mail', mailStream(notice.noticeId), again)).result();
  expect(list.map((address) => to(address).length)).toEqual([1, 1]);
  expect((await typesOf(engine, mailStream(notice.noticeId))).toSorted()).toEqual([
    'MailQueued',
    'MailQueued',
    'MailSent',
    'MailSent',
  ]);
  await keepHistory('mail-sent', handle);
});

test('a mail server that is away for a while gets the same message again, and once', async () => {
  let tries = 0;
  engine.node.mailer.answer = () => {
    tries += 1;
    if (tries <= 4) throw new Error('ECONNREFUSED');
  };
  await set({ notificationAddresses: list[0]! });
  const notice = noticeFor();
  const handle = await tell(notice);
  await engine.untilEnd(handle);
  expect(new Set(to(list[0]!).map(({ messageId }) => messageId)).size).toBe(1);
  expect(tries).toBe(5);
  const [queued] = await factsOf(notice, 'MailQueued');
  const [sent] = await factsOf(notice, 'MailSent');
  const afterMs = Date.parse(sent!.meta.at) - Date.parse(queued!.meta.at);
  expect(afterMs).toBeGreaterThanOrEqual((10 + 60 + 360 + 2160) * 1_000);
  expect(afterMs).toBeLessThan(hourMs);
  await keepHistory('mail-after-a-while', handle);
});

test('after a day without an answer a mail counts as failed', async () => {
  engine.node.mailer.answer = () => {
    throw new Error('ETIMEDOUT');
  };
  await set({ notificationAddresses: list[0]! });
  const notice = noticeFor();
  const handle = await tell(notice);
  await engine.untilEnd(handle);
  const [queued] = await factsOf(notice, 'MailQueued');
  const [failed] = await factsOf(notice, 'MailFailed');
  const afterMs = Date.parse(failed!.meta.at) - Date.parse(queued!.meta.at);
  expect(afterMs).toBeGreaterThan(22 * hourMs);
  expect(afterMs).toBeLessThan(25 * hourMs);
  expect(to(list[0]!).length).toBeGreaterThan(20);
  expect(to(list[0]!).length).toBeLessThan(40);
  await keepHistory('mail-given-up', handle);
});

test('a refusal is final for its own mail, and an administrator can have it tried again', async () => {
  engine.node.mailer.answer = ({ to: address }) => {
    if (address === list[0]) throw new MailRefused('550 5.1.1');
  };
  const notice = noticeFor();
  await (await tell(notice)).result();
  expect((await factsOf(notice, 'MailFailed')).map(({ data }) => data)).toEqual([
    { mailId: mailIdOf(notice.noticeId, 0), reason: '550 5.1.1' },
  ]);
  expect(list.map((address) => to(address).length)).toEqual([1, 1]);
  engine.node.mailer.answer = () => {};
  const mailId = mailIdOf(notice.noticeId, 0);
  const retry = { mailId, retryId: randomUUID(), origin };
  const handle = await engine.start('mail', mailStream(notice.noticeId), {
    noticeId: notice.noticeId,
    retry,
  });
  await handle.result();
  expect(list.map((address) => to(address).length)).toEqual([2, 1]);
  expect((await typesOf(engine, mailStream(notice.noticeId))).slice(-2)).toEqual([
    'MailRetried',
    'MailSent',
  ]);
  await keepHistory('mail-retried', handle);
});

test('an order to retry reaches a run that is busy with other mails of the notice', async () => {
  let away = true;
  let refuse = true;
  engine.node.mailer.answer = ({ to: address }) => {
    if (address === list[0] && refuse) throw new MailRefused('550');
    if (address === list[1] && away) throw new Error('ECONNREFUSED');
  };
  const notice = noticeFor();
  const handle = await tell(notice);
  await engine.onRecord(mailStream(notice.noticeId), 'MailFailed');
  refuse = false;
  const mailId = mailIdOf(notice.noticeId, 0);
  await handle.signal(retryMailSignal, { mailId, retryId: randomUUID(), origin });
  await engine.onRecord(mailStream(notice.noticeId), 'MailSent');
  away = false;
  await engine.untilEnd(handle);
  expect(await factsOf(notice, 'MailSent')).toHaveLength(2);
  await keepHistory('mail-retried-meanwhile', handle);
});

test('one try is all that a test message gets', async () => {
  engine.node.mailer.answer = () => {
    throw new Error('ECONNREFUSED');
  };
  await set({ notificationAddresses: list[0]! });
  const notice = noticeFor();
  const input = { noticeId: notice.noticeId, notice, maxTries: 1 };
  await (await engine.start('mail', mailStream(notice.noticeId), input)).result();
  expect((await factsOf(notice, 'MailFailed'))[0]!.data.reason).toBe('ECONNREFUSED');
  expect(to(list[0]!)).toHaveLength(1);
});

test('nobody is written to where mail is off, the person has no address, or mails to people are off', async () => {
  const person = await addPerson(engine.node);
  const reasonOf = async (part: Parameters<typeof noticeFor>[0] = {}) => {
    const notice = noticeFor(part);
    await (await tell(notice)).result();
    return (await factsOf(notice, 'MailSkipped')).map(({ data }) => data.reason);
  };
  const toPerson = { to: { kind: 'user', userId: person.userId } } as const;
  expect(await reasonOf(toPerson)).toEqual(['noAddress']);
  await giveAddress(person, 'nonsense');
  expect(await reasonOf(toPerson)).toEqual(['badAddress']);
  expect(await reasonOf({ to: { kind: 'user', userId: 'nobody' } })).toEqual(['noUser']);
  await set({ sendMailToUsers: false });
  expect(await reasonOf(toPerson)).toEqual(['userMailOff']);
  await set({ notificationAddresses: 'x, jo@example.org' });
  expect(await reasonOf()).toEqual(['badAddress']);
  await set({ notificationAddresses: '' });
  expect(await reasonOf()).toEqual(['noRecipients']);
  engine.node.mailer.on = false;
  expect(await reasonOf()).toEqual(['mailOff']);
});

test('SEC-57 the person is shown in the text by name; the record and the files hold neither address nor text', async () => {
  const canary = randomUUID();
  const person = await addPerson(engine.node, `name-${canary}`);
  await giveAddress(person, `address-${canary}@example.org`);
  const notice = noticeFor({
    to: { kind: 'user', userId: person.userId },
    occasion: 'lockedOut',
    values: { reason: `reason-${canary}\r\nBcc: x` },
  });
  await (await tell(notice)).result();
  const [mail] = to(`address-${canary}@example.org`);
  expect(mail!.subject).toBe(`Account name-${canary} is locked`);
  expect(mail!.text).toContain(`Reason: reason-${canary} Bcc: x\n`.trim());
  expect(JSON.stringify(await engine.world.log())).not.toContain(canary);
  expect(engine.world.bytes().includes(canary)).toBe(false);
});
