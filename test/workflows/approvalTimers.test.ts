import { until } from '../e2e/support/until.ts';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { toMs } from '../../domain/instants.ts';
import { usualStage } from '../../domain/approval/policy.ts';
import { approvalsIn, byUsers, dayMs, hourMs, type Asked } from './approvals.ts';
import { loseRun, startEngine, type Engine } from './engine.ts';
import { startWorker } from './workers.ts';

/** How late a busy machine may run what is due. */
const slackMs = 60_000;

jest.setTimeout(240_000);
let engine: Engine;
let worker: { stop(): Promise<void> };
// One clock a test: what jumps over the time of one would jump over another's.
beforeEach(async () => {
  engine = await startEngine({ idle: true });
  worker = await startWorker(engine, engine.world.nodes[0]);
}, 60_000);
afterEach(async () => {
  await worker.stop();
  await engine.stop();
}, 60_000);

const { people, request, facts, types } = approvalsIn(() => engine);

const timesOf = async (asked: Pick<Asked, 'stream'>) => {
  const all = await facts(asked);
  const start = toMs(all.find(({ type }) => type === 'ApprovalStageStarted')!.meta.at);
  return all.map(({ type, meta }) => [type, toMs(meta.at) - start] as const);
};

/** All nodes go down for a time, and another one comes up. */
const downFor = async (ms: number): Promise<void> => {
  await worker.stop();
  await engine.sleep(ms);
  worker = await startWorker(engine, engine.world.nodes[1]);
};

test('H90-2 no answer: reminders, escalation and end at their times, also across a total restart', async () => {
  const [requestor, a, boss] = await people(3);
  const day = 86_400;
  const approvers = { kind: 'user', userId: boss!.userId } as const;
  const { approvers: _own, ...level } = usualStage(approvers, {
    durationSeconds: 5 * day,
    reminders: [{ kind: 'after', seconds: 2 * day }],
  });
  const policy = byUsers([a!], {
    durationSeconds: 10 * day,
    escalation: [{ ...level, approvers }],
  });
  const asked = await request(policy, requestor!);
  await engine.onRecord(asked.stream, 'ApproverAsked');
  await engine.sleep(5 * dayMs + hourMs);
  const first = await engine.onRecord(asked.stream, 'ApprovalReminded');
  expect(first.data).toMatchObject({ stage: 1, level: 0, index: 0, approverIds: [a!.userId] });
  // Nothing runs over the second reminder (day 9) and the end of the level (day 10): both come at once, in order.
  await loseRun(asked.handle);
  await downFor(6 * dayMs);
  const { approvalId, stream } = asked;
  await engine.start('approval', stream, { approvalId });
  await engine.untilEnd(asked.handle);
  const times = await timesOf(asked);
  expect(times.map(([type]) => type)).toEqual([
    'ApprovalRequested',
    'ApprovalStageStarted',
    'ApproverAsked',
    'ApprovalReminded',
    'ApprovalReminded',
    'ApprovalEscalated',
    'ApprovalStageStarted',
    'ApproverAsked',
    'ApprovalReminded',
    'ApprovalStageClosed',
    'ApprovalExpired',
  ]);
  const at = (index: number) => times[index]![1];
  expect(Math.abs(at(3) - 5 * dayMs)).toBeLessThan(slackMs);
  const backUp = 11 * dayMs + hourMs;
  for (const index of [4, 5, 6]) expect(Math.abs(at(index) - backUp)).toBeLessThan(2 * slackMs);
  expect(Math.abs(at(8) - at(6) - 2 * dayMs)).toBeLessThan(slackMs);
  expect(Math.abs(at(9) - at(6) - 5 * dayMs)).toBeLessThan(slackMs);
});

// Ten thousand of them wait in the benchmark; the test server's clock jumps for one at a time only.
test('H90-7 a request of 30 days waits through the loss of its run, and ends once', async () => {
  const [requestor, a] = await people(2);
  const policy = byUsers([a!], { durationSeconds: 30 * 86_400, reminders: [] });
  const asked = await request(policy, requestor!);
  await engine.onRecord(asked.stream, 'ApproverAsked');
  await loseRun(asked.handle);
  await downFor(29 * dayMs);
  await engine.start('approval', asked.stream, { approvalId: asked.approvalId });
  await engine.untilEnd(asked.handle);
  expect((await types(asked)).filter((type) => type === 'ApprovalExpired')).toHaveLength(1);
  const end = (await timesOf(asked)).at(-1)!;
  expect(Math.abs(end[1] - 30 * dayMs)).toBeLessThan(slackMs);
});

test('what nobody answers may be set to pass, which its owner is told of', async () => {
  const [requestor, a] = await people(2);
  const asked = await request(
    byUsers([a!], { onTimeout: 'approve', durationSeconds: 3_600, reminders: [] }),
    requestor!,
  );
  await engine.untilEnd(asked.handle);
  const granted = await engine.onRecord(asked.stream, 'ApprovalGranted');
  expect(granted.data.by).toBe('timeout');
  await until('its owner to be told', async () =>
    (await engine.world.log()).some(
      ({ type, data, stream }) =>
        type === 'MailSkipped' &&
        data.occasion === 'approvalStuck' &&
        stream.includes(asked.approvalId),
    ),
  );
});

test('outside of its hours a request waits for them', async () => {
  const [requestor, a] = await people(2);
  const nowMs = await engine.env.currentTimeMs();
  const tomorrow = new Date(nowMs + dayMs);
  const isoDay = ((tomorrow.getUTCDay() + 6) % 7) + 1;
  const window = { days: [isoDay], from: '08:00', to: '09:00', utcOffsetMinutes: 0 };
  const asked = await request(
    byUsers([a!], {}, { window: { ...window, outside: 'wait' } }),
    requestor!,
  );
  expect(asked.opened).toMatchObject({ kind: 'open', state: 'created' });
  await engine.sleep(2 * dayMs);
  const started = await engine.onRecord(asked.stream, 'ApprovalStageStarted');
  expect(new Date(started.meta.at).getUTCHours()).toBe(8);
  const refused = await request(
    byUsers([a!], {}, { window: { ...window, outside: 'refuse' } }),
    requestor!,
  );
  expect(refused.opened).toMatchObject({ refusal: { code: 'OUTSIDE_WINDOW' } });
});
