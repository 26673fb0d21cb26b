import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { approvalStream, authenticationStream } from '../../domain/ids.ts';
import { toMs } from '../../domain/instants.ts';
import { codeOf, openInput, type Person } from '../activities/people.ts';
import { approvalsIn, byUsers, type Asked } from './approvals.ts';
import { keepHistory, loseRun, startEngine, typesOf, type Engine } from './engine.ts';

jest.setTimeout(120_000);
let engine: Engine;
// One clock a test: a login that has started its approval stops the clock of the test server for others.
beforeEach(async () => void (engine = await startEngine()), 60_000);
afterEach(async () => await engine.stop(), 60_000);

const { people, setItem, decide } = approvalsIn(() => engine);

/** Somebody hands in a right code, for an application that wants the word of another person as well. */
const signIn = async (person: Person, approver: Person) => {
  const approvalPolicy = await setItem('approvalPolicy', byUsers([approver]));
  await setItem('loginPolicy', { application: 'VPN', approvalPolicy });
  const code = codeOf(person, await engine.env.currentTimeMs());
  const input = await openInput(engine.node, person, { code });
  const stream = authenticationStream(input.requestId);
  const handle = await engine.start('authentication', stream, input);
  const { data } = await engine.onRecord(stream, 'AuthenticationApprovalAwaited');
  const approval = approvalStream(data.approvalId);
  await engine.onRecord(approval, 'ApproverAsked');
  const asked: Asked = {
    approvalId: data.approvalId,
    stream: approval,
    handle: engine.client.workflow.getHandle(approval),
    requestor: person,
  };
  return { requestId: input.requestId, stream, handle, data, asked };
};

test('a login that nobody approves in time expires, and its approval with it', async () => {
  const [person, approver] = await people(2);
  const { stream, handle, data, asked } = await signIn(person!, approver!);
  await engine.untilEnd(handle);
  const ended = await engine.onRecord(stream, 'AuthenticationExpired');
  expect(ended.data.code).toBe('APPROVAL_EXPIRED');
  expect(toMs(ended.meta.at)).toBeGreaterThanOrEqual(toMs(data.expiresAt));
  await engine.untilEnd(asked.handle);
  const last = (await typesOf(engine, asked.stream)).at(-1);
  expect(['ApprovalExpired', 'ApprovalCancelled']).toContain(last);
  await keepHistory('authentication-approval-expired', handle);
});

test('a login whose run was lost follows the approval that went on without it', async () => {
  const [person, approver] = await people(2);
  const { requestId, stream, handle, asked } = await signIn(person!, approver!);
  await loseRun(handle);
  const again = await engine.start('authentication', stream, {
    ...(await openInput(engine.node, person!, { requestId })),
    who: { userId: person!.userId },
  });
  await decide(asked, approver!);
  await engine.untilEnd(again);
  expect((await typesOf(engine, stream)).slice(-2)).toEqual([
    'AuthenticationApprovalAwaited',
    'AuthenticationApproved',
  ]);
  await keepHistory('authentication-approval-followed', again);
});
