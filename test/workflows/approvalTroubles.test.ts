import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { deliveryStream } from '../../domain/ids.ts';
import { toMs } from '../../domain/instants.ts';
import { changeUser, origin, type Person } from '../activities/people.ts';
import { until } from '../e2e/support/until.ts';
import { follow } from '../projections/support/views.ts';
import { approvalsIn, byUsers, hourMs, minuteMs, type Asked } from './approvals.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';

/* What an approval needs is down for a while, or for too long. */

const lookupForMs = 15 * minuteMs;
const deliveryForMs = 72 * hourMs;

jest.setTimeout(120_000);
let engine: Engine;
// One clock a test: what jumps over the time of one would jump over another's.
beforeEach(async () => void (engine = await startEngine()), 60_000);
afterEach(async () => await engine.stop(), 60_000);

const { people, request, facts, types, decide, receiver, postsOf, cancel } = approvalsIn(
  () => engine,
);

const owner = async (group: string): Promise<Person> => {
  const [person] = await people(1);
  await changeUser(engine.node, {
    who: { userId: person!.userId },
    command: { type: 'update', data: { group } },
  });
  return person!;
};

/** A request whose approvers cannot be looked up. */
const askOfGroup = async (group: string): Promise<Asked> => {
  const [requestor] = await people(1);
  const policy = byUsers([]);
  const stages = [{ ...policy.stages[0]!, approvers: { kind: 'group', group } as const }];
  engine.node.groups.down = true;
  const asked = await request({ ...policy, stages }, requestor!);
  expect(asked.opened).toMatchObject({ kind: 'open', state: 'pending' });
  expect(await types(asked)).toEqual(['ApprovalRequested', 'ApprovalLookupFailed']);
  return asked;
};

const isToldOwner = async ({ approvalId }: Pick<Asked, 'approvalId'>) =>
  (await engine.world.log()).some(
    ({ type, data, stream }) =>
      type === 'MailSkipped' && data.occasion === 'approvalStuck' && stream.includes(approvalId),
  );

test('people who cannot be looked up are looked up again, and asked once they can be', async () => {
  const approver = await owner('owners');
  const asked = await askOfGroup('owners');
  await engine.sleep(10 * minuteMs);
  expect(await types(asked)).toHaveLength(2);
  engine.node.groups.down = false;
  await engine.sleep(minuteMs);
  await engine.onRecord(asked.stream, 'ApproverAsked');
  await decide(asked, approver);
  expect(await asked.handle.result()).toEqual({ outcome: 'approved' });
  expect((await types(asked)).slice(2, 4)).toEqual(['ApprovalStageStarted', 'ApproverAsked']);
  expect(await isToldOwner(asked)).toBe(false);
  await keepHistory('approval-looked-up-again', asked.handle);
});

test('after a quarter of an hour of failed lookups a request has failed, and its owner is told', async () => {
  await owner('owners');
  const asked = await askOfGroup('owners');
  await engine.untilEnd(asked.handle);
  const [, first, last] = await facts(asked);
  expect(last).toMatchObject({ type: 'ApprovalFailed', data: { fault: 'DIRECTORY_DOWN' } });
  const lastedMs = toMs(last!.meta.at) - toMs(first!.meta.at);
  expect(lastedMs).toBeGreaterThanOrEqual(lookupForMs);
  expect(lastedMs).toBeLessThan(lookupForMs + 2 * minuteMs);
  await until('the owner to be told', async () => await isToldOwner(asked));
  await keepHistory('approval-directory-down', asked.handle);
});

test('a callback that nobody takes for 72 hours is parked and shown, and delivered by hand', async () => {
  const [requestor, approver] = await people(2);
  const webhookId = await receiver(Number.MAX_SAFE_INTEGER);
  const asked = await request(byUsers([approver!]), requestor!, { webhookId });
  await decide(asked, approver!);
  await engine.untilEnd(asked.handle);
  // The decision stays, whoever could be told of it.
  expect(await asked.handle.result()).toEqual({ outcome: 'approved' });
  const deliveryId = `${asked.approvalId}-approved`;
  const stream = deliveryStream(deliveryId);
  const queued = await engine.onRecord(stream, 'DeliveryQueued');
  const parked = await engine.onRecord(stream, 'DeliveryParked');
  const lastedMs = toMs(parked.meta.at) - toMs(queued.meta.at);
  expect(Math.abs(lastedMs - deliveryForMs)).toBeLessThanOrEqual(hourMs);
  expect((await types(asked)).at(-1)).toBe('CallbackParked');
  await until('the owner to be told', async () => await isToldOwner(asked));
  const shown = await follow(engine.node.events, { secrets: engine.node.secrets });
  const stateOf = async () =>
    (
      await shown.views.reader
        .selectFrom('deliveries')
        .select('state')
        .where('deliveryId', '=', deliveryId)
        .executeTakeFirst()
    )?.state;
  try {
    await until('it to be shown as parked', async () => (await stateOf()) === 'parked');
    await receiver();
    const again = { order: randomUUID(), origin };
    const input = { deliveryId, onRecord: true, again } as const;
    const byHand = await engine.start('delivery', stream, input);
    expect(await byHand.result()).toBe('acknowledged');
    await until('it to be shown as taken', async () => (await stateOf()) === 'acknowledged');
  } finally {
    await shown.close();
  }
  expect((await typesOf(engine, stream)).slice(-2)).toEqual([
    'DeliveryRedelivered',
    'DeliveryAcknowledged',
  ]);
  expect(new Set(postsOf(deliveryId).map(({ body }) => body)).size).toBe(1);
  await keepHistory('approval-callback-parked', asked.handle);
});

/** Has a delivery tried again, as an administrator does who knows nothing of what it is about. */
const redeliver = async (deliveryId: string) => {
  const again = { order: randomUUID(), origin };
  const input = { deliveryId, onRecord: true, again } as const;
  return await (await engine.start('delivery', deliveryStream(deliveryId), input)).result();
};

/** A calling system that takes everything but the order to begin a grant. */
const deafReceiver = async (): Promise<string> => {
  const webhookId = await receiver();
  engine.node.webhooks.answerWith(({ type }) =>
    type === 'approval.activate'
      ? { kind: 'noAnswer', reason: 'connect' }
      : { kind: 'answered', status: 204 },
  );
  return webhookId;
};

test('a grant that nobody acknowledged for 72 hours is asked back, and begins by no order any more', async () => {
  const [requestor, approver] = await people(2);
  const webhookId = await deafReceiver();
  const grant = { webhookId, requestedTtlSeconds: 3_600 };
  const asked = await request(byUsers([approver!]), requestor!, grant);
  await decide(asked, approver!);
  const begins = `${asked.approvalId}-activate`;
  const ends = `${asked.approvalId}-deactivate`;
  await engine.untilEnd(asked.handle);
  expect(await asked.handle.result()).toEqual({ outcome: 'failed' });
  // Its answers can have been lost: whoever has begun it is told to end it.
  expect((await types(asked)).slice(-4)).toEqual([
    'CallbackParked',
    'ApprovalFailed',
    'CallbackAsked',
    'CallbackAcknowledged',
  ]);
  expect(JSON.parse(postsOf(ends)[0]!.body)).toMatchObject({ type: 'approval.deactivate' });
  const tries = postsOf(begins).length;
  expect(await redeliver(begins)).toBe('parked');
  expect(postsOf(begins)).toHaveLength(tries);
  expect(await typesOf(engine, deliveryStream(begins))).not.toContain('DeliveryRedelivered');
  expect(await redeliver(ends)).toBe('acknowledged');
  await keepHistory('approval-activation-parked', asked.handle);
});

test('a grant that is taken back while its beginning waits for the next try never begins', async () => {
  const [requestor, approver] = await people(2);
  const webhookId = await deafReceiver();
  const grant = { webhookId, requestedTtlSeconds: 3_600 };
  const asked = await request(byUsers([approver!]), requestor!, grant);
  await decide(asked, approver!);
  const begins = `${asked.approvalId}-activate`;
  // By now it is tried once an hour.
  await engine.sleep(3 * hourMs);
  const tries = postsOf(begins).length;
  expect(tries).toBeGreaterThan(4);
  await receiver();
  const takenBackMs = await engine.env.currentTimeMs();
  await cancel(asked);
  await engine.untilEnd(asked.handle);
  expect(await asked.handle.result()).toEqual({ outcome: 'closed' });
  const closed = await engine.onRecord(asked.stream, 'GrantClosed');
  expect(toMs(closed.meta.at) - takenBackMs).toBeLessThan(minuteMs);
  expect(postsOf(begins)).toHaveLength(tries);
  expect(postsOf(`${asked.approvalId}-deactivate`)).toHaveLength(1);
  expect(await types(asked)).not.toContain('GrantActivated');
  await keepHistory('approval-activation-withdrawn', asked.handle);
});
