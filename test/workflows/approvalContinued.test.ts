import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { authenticationStream } from '../../domain/ids.ts';
import { cancelUpdate, closeGrantUpdate } from '../../workflows/contracts.ts';
import { codeOf, origin, type Person } from '../activities/people.ts';
import { until } from '../e2e/support/until.ts';
import { approvalsIn, byUsers, type Asked } from './approvals.ts';
import { keepHistory, startEngine, type Engine } from './engine.ts';

/* The history of a request with many decisions grows too long: it begins a new one and goes on. */

/** Events of a history; the server's own limit is in the thousands. */
const suggestAfter = 30;
const continuations = 2;
const maxRounds = 30;

jest.setTimeout(120_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine({ suggestAfter })), 60_000);
afterAll(async () => await engine.stop(), 60_000);

const { people, request, types, ask, confirm, decide, settled } = approvalsIn(() => engine);

const runOf = async ({ stream }: Asked): Promise<string> =>
  (await engine.client.workflow.getHandle(stream).describe()).runId;

/** A decision that its approver thinks better of: it does not count, and is on record. */
const begin = async (asked: Asked, approver: Person): Promise<void> => {
  const id = await ask(asked, approver);
  const stream = authenticationStream(id);
  await engine.onRecord(stream, 'AuthenticationChallengeSent');
  const attempt = engine.client.workflow.getHandle(stream);
  await attempt.executeUpdate(cancelUpdate, { args: [{ origin }] });
  expect(await settled(asked, id)).toBe('ApprovalDecisionRefused');
};

test('a request goes on over new histories: decisions count once, the grant ends, nobody is asked again', async () => {
  const [requestor, a, b] = await people(3);
  const policy = byUsers([a!, b!], { quorum: 2, rejection: 'impossible', escalation: [] });
  const more = { requestedTtlSeconds: 3_600 };
  const { handle: first, ...asked } = await request(policy, requestor!, more);
  // Whichever run is the newest one.
  const now: Asked = { ...asked, handle: engine.client.workflow.getHandle(asked.stream) };
  await decide(now, a!);
  const runs = new Set([await runOf(now)]);
  for (let round = 0; runs.size <= continuations && round < maxRounds; round += 1) {
    await begin(now, b!);
    runs.add(await runOf(now));
  }
  expect(runs.size).toBeGreaterThan(continuations);
  // What was decided in an earlier history counts in this one.
  const id = await ask(now, b!, 'approve');
  await confirm(b!, id, codeOf(b!, await engine.env.currentTimeMs()));
  expect(await settled(now, id)).toBe('ApprovalDecided');
  await engine.onRecord(now.stream, 'GrantActivated');
  await now.handle.executeUpdate(closeGrantUpdate, {
    args: [{ reason: 'done', callerId: 'apiClient:test', origin }],
  });
  expect(await now.handle.result()).toEqual({ outcome: 'closed' });
  const all = await types(now);
  const often = (type: string) => all.filter((each) => each === type).length;
  expect(['ApprovalRequested', 'ApprovalStageStarted', 'GrantActivated'].map(often)).toEqual([
    1, 1, 1,
  ]);
  expect([often('ApproverAsked'), often('ApprovalDecided')]).toEqual([2, 2]);
  const mails = (await engine.world.log()).filter(
    ({ type, stream }) => type === 'MailSkipped' && stream.includes(asked.approvalId),
  );
  expect(new Set(mails.map(({ stream }) => stream)).size).toBe(mails.length);
  const [run] = runs;
  const continued = engine.client.workflow.getHandle(first.workflowId, run);
  await until('its history', async () => (await continued.describe()).status.name !== 'RUNNING');
  await keepHistory('approval-continued', continued);
});
