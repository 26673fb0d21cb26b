import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { toMs } from '../../domain/instants.ts';
import { policyWith } from '../../domain/approval/policy.ts';
import { approvalsIn, byUsers, hourMs, minuteMs } from './approvals.ts';
import { keepHistory, startEngine, type Engine } from './engine.ts';

jest.setTimeout(60_000);
let engine: Engine;
// One clock a test: what jumps over the time of one would jump over another's.
beforeEach(async () => void (engine = await startEngine()), 60_000);
afterEach(async () => await engine.stop(), 60_000);

const { people, request, facts, types, decide, receiver, postsOf, close, cancel } = approvalsIn(
  () => engine,
);

test('H90-6 a callback that is down for an hour is delivered once it is back, under the same id', async () => {
  const [requestor, a] = await people(2);
  const backMs = (await engine.env.currentTimeMs()) + hourMs;
  const webhookId = await receiver(backMs);
  const policy = byUsers([a!], {}, { maxTtlSeconds: 86_400 });
  const asked = await request(policy, requestor!, { webhookId, requestedTtlSeconds: 7_200 });
  await decide(asked, a!);
  await engine.sleep(30 * minuteMs);
  expect(await types(asked)).not.toContain('GrantActivated');
  await engine.sleep(2 * hourMs);
  const activated = await engine.onRecord(asked.stream, 'GrantActivated');
  expect(toMs(activated.meta.at)).toBeGreaterThan(backMs);
  const posts = postsOf(`${asked.approvalId}-activate`);
  expect(posts.length).toBeGreaterThan(2);
  expect(new Set(posts.map(({ body }) => body)).size).toBe(1);
  const all = await types(asked);
  expect(all.filter((type) => type === 'GrantActivated')).toHaveLength(1);
  expect(all).toContain('CallbackLate');
  const body = JSON.parse(posts[0]!.body) as { data: { decisions: { approverId: string }[] } };
  expect(body.data.decisions).toMatchObject([{ approverId: a!.userId, decision: 'approve' }]);
  await engine.untilEnd(asked.handle);
  expect((await types(asked)).at(-1)).toBe('GrantClosed');
});

test('H90-9 the end of the time takes the grant away within 5 s, or shows it as closing with an alarm', async () => {
  const [requestor, a] = await people(2);
  const webhookId = await receiver();
  const asked = await request(byUsers([a!]), requestor!, { webhookId, requestedTtlSeconds: 1_200 });
  await decide(asked, a!);
  const { data } = await engine.onRecord(asked.stream, 'GrantActivated');
  const endMs = toMs(data.until);
  await receiver(endMs + hourMs);
  await engine.untilEnd(asked.handle);
  const closing = await engine.onRecord(asked.stream, 'GrantClosing');
  const lateMs = toMs(closing.meta.at) - endMs;
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(5_000);
  const all = await types(asked);
  expect(all.slice(all.indexOf('GrantEndAnnounced'))).toEqual([
    'GrantEndAnnounced',
    'GrantClosing',
    'CallbackLate',
    'CallbackAcknowledged',
    'GrantClosed',
  ]);
  const announced = await engine.onRecord(asked.stream, 'GrantEndAnnounced');
  expect(Math.abs(endMs - toMs(announced.meta.at) - 5 * minuteMs)).toBeLessThan(5_000);
  const closed = await engine.onRecord(asked.stream, 'GrantClosed');
  expect(toMs(closed.meta.at)).toBeGreaterThan(endMs + 30 * minuteMs);
  const log = await engine.world.log();
  const alarm = log.find(
    (event) =>
      event.type === 'MailSkipped' &&
      event.data.occasion === 'approvalStuck' &&
      event.stream.includes(asked.approvalId),
  );
  expect(alarm).toBeDefined();
  await keepHistory('approval-grant-closing', asked.handle);
});

test('a grant begins at the time that was asked for, and may be closed before its end', async () => {
  const [requestor, a] = await people(2);
  const startMs = (await engine.env.currentTimeMs()) + 3 * hourMs;
  const asked = await request(byUsers([a!]), requestor!, {
    requestedTime: new Date(startMs).toISOString(),
    requestedTtlSeconds: 86_400,
  });
  await decide(asked, a!);
  await engine.onRecord(asked.stream, 'GrantScheduled');
  await engine.sleep(4 * hourMs);
  const activated = await engine.onRecord(asked.stream, 'GrantActivated');
  const lateMs = toMs(activated.meta.at) - startMs;
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(5_000);
  await asked.handle.result();
  // The policy's maximum is an hour.
  const ended = await engine.onRecord(asked.stream, 'GrantExpired');
  expect(Math.abs(toMs(ended.meta.at) - startMs - hourMs)).toBeLessThan(5_000);
});

test('the program that asked closes a grant, or takes a request back', async () => {
  const [requestor, a] = await people(2);
  const asked = await request(byUsers([a!]), requestor!, { requestedTtlSeconds: 1_200 });
  await decide(asked, a!);
  await engine.onRecord(asked.stream, 'GrantActivated');
  await close(asked, 'not needed any more');
  expect(await asked.handle.result()).toEqual({ outcome: 'closed' });
  const other = await request(byUsers([a!]), requestor!);
  await cancel(other);
  expect(await other.handle.result()).toEqual({ outcome: 'cancelled' });
  const third = await request(byUsers([a!]), requestor!);
  await cancel(third, 'not ours');
  const [last] = (await facts(third)).slice(-1);
  expect(last).toMatchObject({ data: { by: 'administrator', reason: 'not ours' } });
});

test('a policy may want the requestor only, or nobody', async () => {
  const [requestor] = await people(1);
  const nobody = policyWith({ name: 'Nobody', stages: [], approvalNeeded: false });
  const free = await request(nobody, requestor!);
  expect(await free.handle.result()).toEqual({ outcome: 'approved' });
  const own = await request({ ...nobody, requestorVerifies: true }, requestor!);
  const { data } = await engine.onRecord(own.stream, 'ApprovalRequestorAsked');
  await confirmAs(requestor!, data.authenticationId);
  expect(await own.handle.result()).toEqual({ outcome: 'approved' });
  expect(await types(own)).toEqual([
    'ApprovalRequested',
    'ApprovalRequestorAsked',
    'ApprovalRequestorAnswered',
    'ApprovalSkipped',
    'ApprovalGranted',
  ]);
  await keepHistory('approval-requestor-verifies', own.handle);
});

const confirmAs = approvalsIn(() => engine).confirm;
