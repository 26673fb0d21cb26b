import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../adapters/temporal/bundle.ts';
import { evolveApproval, noApproval, type Approval } from '../../domain/approval/approval.ts';
import { auditTexts } from '../../projections/auditText.ts';
import { changeUser } from '../activities/people.ts';
import { approvalsIn, byUsers, dayMs } from './approvals.ts';
import { dataConverter, keepHistory, loseRun, startEngine, type Engine } from './engine.ts';
import { mailsIn } from './mails.ts';

jest.setTimeout(60_000);
let engine: Engine;
beforeEach(async () => void (engine = await startEngine()), 60_000);
afterEach(async () => await engine.stop(), 60_000);

const { people, request, facts, types, decide, ask, confirm } = approvalsIn(() => engine);
const { giveAddress, set, to } = mailsIn(() => engine);

test('H90-8 a mail to an approver has nothing in it that could decide', async () => {
  engine.node.mailer.on = true;
  await set({ sendMailToUsers: true });
  const [requestor, a] = await people(2);
  await giveAddress(a!, 'approver@example.org');
  const asked = await request(byUsers([a!], { durationSeconds: 86_400 }), requestor!);
  await engine.sleep(dayMs);
  const mails = to('approver@example.org');
  expect(mails.length).toBeGreaterThanOrEqual(2);
  for (const mail of mails) {
    const text = JSON.stringify(mail);
    expect(text).toContain('Join Domain admins');
    expect(text).not.toMatch(/https?:/);
    expect(text).not.toContain(asked.approvalId.concat('/'));
  }
  expect(await types(asked)).not.toContain('ApprovalDecided');
});

test('H90-10 the whole history of a request can be read, told and folded again', async () => {
  const [requestor, a, b] = await people(3);
  const policy = byUsers([a!, b!], { quorum: 2 });
  const asked = await request(policy, requestor!, { requestedTtlSeconds: 600 });
  const lost = await ask(asked, a!);
  for (let tries = 0; tries < 3; tries += 1) await confirm(a!, lost, 'no');
  await decide(asked, b!);
  await decide(asked, a!);
  await engine.untilEnd(asked.handle);
  const story = await facts(asked);
  const lines = story.map((event) => {
    const text = auditTexts[event.type] as (e: typeof event, userId: undefined) => unknown[];
    return text(event, undefined).length;
  });
  expect(Math.min(...lines)).toBeGreaterThan(0);
  const end = story.reduce<Approval>(evolveApproval, noApproval);
  expect(end).toMatchObject({ state: 'expired', stagesDone: 1, pending: [] });
  const decisions = story.flatMap((fact) => (fact.type === 'ApprovalDecided' ? [fact.data] : []));
  for (const { authenticationId, hash } of decisions) {
    const proofs = await engine.node.events.readStream(`authentication-${authenticationId}`);
    expect(proofs.map(({ type }) => type)).toContain('AuthenticationApproved');
    expect(hash).toBe(story[0]?.type === 'ApprovalRequested' ? story[0].data.hash : '');
  }
});

test('H90-11 requests that wait go on with the program of today', async () => {
  const [requestor, a] = await people(2);
  const asked = await request(byUsers([a!], { quorum: 1 }), requestor!);
  const history = await asked.handle.fetchHistory();
  history.events![0]!.workflowExecutionStartedEventAttributes!.workflowId = asked.stream;
  await Worker.runReplayHistory(
    { workflowBundle: await workflowBundle(), dataConverter },
    history,
    asked.stream,
  );
  // The engine has lost it: it goes on from the log.
  await loseRun(asked.handle);
  const { approvalId, stream } = asked;
  const handle = await engine.start('approval', stream, { approvalId });
  await decide({ ...asked, handle }, a!);
  expect(await handle.result()).toEqual({ outcome: 'approved' });
  await keepHistory('approval-goes-on', handle);
});

test('an approver who is disabled is asked no more: the level above is', async () => {
  const [requestor, a, boss] = await people(3);
  const level = byUsers([boss!]).stages[0]!;
  const asked = await request(byUsers([a!], { escalation: [level] }), requestor!);
  engine.world.clock.nowMs = await engine.env.currentTimeMs();
  await changeUser(engine.node, {
    who: { userId: a!.userId },
    command: { type: 'setEnabled', enabled: false },
  });
  await asked.handle.signal('approverGone', { approverId: a!.userId });
  const escalated = await engine.onRecord(asked.stream, 'ApprovalEscalated');
  expect(escalated.data.reason).toBe('impossible');
  await decide(asked, boss!);
  expect(await asked.handle.result()).toEqual({ outcome: 'approved' });
});
