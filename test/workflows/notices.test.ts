import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { fraudReportStream, mailStream } from '../../domain/ids.ts';
import { reviewUpdate } from '../../workflows/contracts.ts';
import { addTokenHolder, codeOf, openInput, origin, type Person } from '../activities/people.ts';
import { attemptsIn } from './attempts.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';
import { until } from '../e2e/support/until.ts';
import { mailsIn } from './mails.ts';

jest.setTimeout(60_000);
let engine: Engine;
const administrators = 'admins@example.org';
beforeAll(async () => {
  engine = await startEngine();
  engine.node.mailer.on = true;
  await set({ notificationAddresses: administrators, sendMailToUsers: true });
}, 60_000);
afterAll(async () => await engine.stop(), 30_000);
const { start, push, answer, changeUser } = attemptsIn(() => engine);
const { set, configure, giveAddress, to } = mailsIn(() => engine);

const mailed = async (noticeId: string): Promise<void> =>
  void (await engine.onRecord(mailStream(noticeId), 'MailSent'));

const withAddress = async () => {
  const person = await addTokenHolder(engine.node);
  const address = `${person.userId}@example.org`;
  await giveAddress(person, address);
  return { person, address };
};

/** One login with a wrong code in it, from the request alone. */
const tryWrong = async (person: Person): Promise<string> => {
  const nowMs = await engine.env.currentTimeMs();
  const input = await openInput(engine.node, person, { code: wrong(person, nowMs) });
  await (await start(input)).result();
  return input.requestId;
};
const wrong = (person: Person, nowMs: number): string => {
  const right = new Set([-4, -3, -2, -1, 0, 1, 2, 3, 4].map((step) => codeOf(person, nowMs, step)));
  return ['000000', '111111', '222222'].find((code) => !right.has(code))!;
};

test('SEC-31 the person is told of the fifth wrong code in a row, once, and of the next row again', async () => {
  const { person, address } = await withAddress();
  for (let tries = 1; tries <= 4; tries += 1) await tryWrong(person);
  expect(to(address)).toEqual([]);
  const fifth = await tryWrong(person);
  await mailed(`guessing-${fifth}`);
  expect(to(address).map(({ subject }) => subject)).toEqual(['Wrong codes for your account']);
  expect(to(address)[0]!.text).toContain(person.name);
  await changeUser(person, { type: 'unlock', reason: 'seen to' });
  for (let tries = 1; tries <= 4; tries += 1) await tryWrong(person);
  expect(to(address)).toHaveLength(1);
  await mailed(`guessing-${await tryWrong(person)}`);
  expect(to(address)).toHaveLength(2);
});

test('a report of fraud is mailed to the notification list at once, and then reviewed', async () => {
  const before = to(administrators).length;
  const asked = await push();
  await answer(asked, 'fraud');
  await asked.handle.result();
  const { requestId } = asked.input;
  await mailed(`fraudReported-${requestId}`);
  const mails = to(administrators).slice(before);
  expect(mails).toHaveLength(1);
  expect(mails[0]!.subject).toBe(`Fraud reported by ${asked.person.name}`);
  expect(mails[0]!.text).toContain('Application: VPN');
  expect(mails[0]!.text).toMatch(/Account blocked until: \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  const report = engine.client.workflow.getHandle(fraudReportStream(requestId));
  const review = { verdict: 'confirmed', note: 'called', unblock: false, origin } as const;
  await report.executeUpdate(reviewUpdate, { args: [review] });
  await report.result();
  expect(await typesOf(engine, fraudReportStream(requestId))).toEqual([
    'FraudReported',
    'FraudReviewed',
  ]);
  await keepHistory('fraudReport-mailed', report);
});

test('SEC-51 a change of what somebody signs in with is mailed to them, once a change', async () => {
  const { person, address } = await withAddress();
  const phone = { which: 'primary', masked: '+1 XXXXXXX147' } as const;
  const update = {
    type: 'update',
    data: {},
    method: { method: 'oath' },
    phones: [phone],
  } as const;
  const change = await changeUser(person, update);
  await mailed(await noticeOf(change.workflowId));
  expect(to(address)).toHaveLength(1);
  expect(to(address)[0]!.text).toContain('Changed: method, phone number');
  await changeUser(person, { type: 'update', data: { group: 'x' } });
  await changeUser(person, { type: 'setEnabled', enabled: false });
  expect(to(address)).toHaveLength(1);
  await keepHistory('change-told', change);
});

/** The notice that a change started, out of its own history. */
const noticeOf = async (workflowId: string): Promise<string> => {
  const { events } = await engine.client.workflow.getHandle(workflowId).fetchHistory();
  const child = events!.find((event) => event.startChildWorkflowExecutionInitiatedEventAttributes);
  return child!.startChildWorkflowExecutionInitiatedEventAttributes!.workflowId!.slice(5);
};

test('SEC-44 a setting that opens a door is mailed to the notification list', async () => {
  const before = to(administrators).length;
  const told = () => to(administrators).slice(before);
  await configure({ type: 'changeSettings', changes: { whenUserDisabled: 'succeed' } });
  await configure({ type: 'changeSettings', changes: { whenUserDisabled: 'fail' } });
  await configure({ type: 'changeSettings', changes: { deviceLimit: 2 } });
  const changes = { whenDeliveryUnreachable: 'succeed', deviceLimit: 3 };
  await configure({ type: 'changeSettings', changes });
  await until('both mails', () => told().length === 2);
  expect(told().map(({ subject }) => subject)).toEqual([
    'Warning: sign-ins may succeed without a second factor',
    'Warning: sign-ins may succeed without a second factor',
  ]);
  expect(told()[0]!.text).toContain('whenUserDisabled = succeed');
  expect(told()[1]!.text).toContain('whenDeliveryUnreachable = succeed');
  expect(told()[1]!.text).not.toContain('deviceLimit');
});

test('where mails to people are off, a change starts none', async () => {
  await set({ sendMailToUsers: false });
  const { person, address } = await withAddress();
  await changeUser(person, { type: 'update', data: {}, method: { method: 'oath' } });
  await set({ sendMailToUsers: true });
  const told = await changeUser(person, { type: 'update', data: {}, method: { method: 'app' } });
  await mailed(await noticeOf(told.workflowId));
  expect(to(address)).toHaveLength(1);
});
