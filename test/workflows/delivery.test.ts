import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { deliveryStream, settingsStream } from '../../domain/ids.ts';
import { systemActor } from '../../domain/inputs.ts';
import type { Sealed } from '../../domain/sealed.ts';
import { redeliverSignal } from '../../workflows/contracts.ts';
import { until } from '../e2e/support/until.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';

jest.setTimeout(120_000);
let engine: Engine;
const webhookId = 'receiver';
const secret = 'a-secret-of-thirty-two-characters';

const configure = async (active: boolean, itemId = webhookId): Promise<void> => {
  const place = {
    owner: 'settings',
    stream: settingsStream,
    field: `webhook.${itemId}.keys.k1`,
  } as const;
  const sealed: Sealed = await engine.node.secrets.seal(place, secret);
  const handle = await engine.start('change', `change-${randomUUID()}`, {
    kind: 'configuration',
    command: {
      type: 'setItem',
      kind: 'webhook',
      itemId,
      item: {
        url: 'https://receiver.example.org/',
        types: ['*'],
        active,
        keys: [{ keyId: 'k1', secret: sealed }],
      },
    },
    origin: { actor: systemActor, correlationId: randomUUID() },
  });
  await handle.result();
};

beforeAll(async () => {
  engine = await startEngine();
  await configure(true);
}, 60_000);
afterAll(async () => await engine.stop(), 30_000);

const newDelivery = (more: { after?: string; webhookId?: string } = {}) => ({
  deliveryId: randomUUID(),
  webhookId,
  type: 'approval.activated',
  occurredAt: '2026-01-05T09:00:00.000Z',
  body: { approvalId: 'A1' },
  aggregate: 'approval-A1',
  ...more,
});
const begin = (delivery: ReturnType<typeof newDelivery>) =>
  engine.start('delivery', deliveryStream(delivery.deliveryId), delivery);
const answering = (status: number) => ({ kind: 'answered', status }) as const;
const postsOf = (deliveryId: string) =>
  engine.node.webhooks.posts.filter((post) => post.deliveryId === deliveryId);

test('an acknowledged delivery was posted once, with its body and the key that signs', async () => {
  engine.node.webhooks.answerWith(() => answering(204));
  const delivery = newDelivery();
  const handle = await begin(delivery);
  await expect(handle.result()).resolves.toBe('acknowledged');
  const [post, ...more] = postsOf(delivery.deliveryId);
  expect(more).toEqual([]);
  expect(post).toMatchObject({ keyId: 'k1', secret, url: 'https://receiver.example.org/' });
  expect(JSON.parse(post!.body)).toEqual({
    id: delivery.deliveryId,
    type: 'approval.activated',
    occurredAt: '2026-01-05T09:00:00.000Z',
    data: { approvalId: 'A1' },
  });
  await keepHistory('delivery-acknowledged', handle);
});

test('a receiver that is dead for an hour gets it afterwards, under the same id', async () => {
  const delivery = newDelivery();
  const startMs = engine.world.clock.nowMs;
  engine.node.webhooks.answerWith(() =>
    engine.world.clock.nowMs < startMs + 3_600_000
      ? { kind: 'noAnswer', reason: 'connect' }
      : answering(200),
  );
  const handle = await begin(delivery);
  await engine.untilEnd(handle);
  await expect(handle.result()).resolves.toBe('acknowledged');
  const posts = postsOf(delivery.deliveryId);
  // At once, after 10 s, 1 min, 5 min and 30 min, and hourly from then on.
  expect(posts).toHaveLength(6);
  expect(new Set(posts.map(({ body }) => body)).size).toBe(1);
  expect(await typesOf(engine, deliveryStream(delivery.deliveryId))).toEqual([
    'DeliveryQueued',
    ...Array.from({ length: 5 }, () => 'DeliveryFailed'),
    'DeliveryAcknowledged',
  ]);
  await keepHistory('delivery-dead-receiver', handle);
});

test('H65-5 a receiver that is dead for 71 hours misses nothing, and has it in order', async () => {
  const startMs = engine.world.clock.nowMs;
  const deadMs = 71 * 3_600_000;
  engine.node.webhooks.answerWith(() =>
    answering(engine.world.clock.nowMs < startMs + deadMs ? 503 : 204),
  );
  const first = newDelivery();
  const deliveries = [first, newDelivery({ after: first.deliveryId })];
  const handles = await Promise.all(deliveries.map(begin));
  for (const handle of handles) {
    await engine.untilEnd(handle);
    await expect(handle.result()).resolves.toBe('acknowledged');
  }
  const [one, next] = deliveries.map(({ deliveryId }) =>
    engine.node.webhooks.posts.findLastIndex((post) => post.deliveryId === deliveryId),
  );
  expect(one).toBeGreaterThanOrEqual(0);
  expect(next).toBeGreaterThan(one!);
});

test('after 72 hours it is parked and the administrators are told; an order tries it again', async () => {
  engine.node.webhooks.answerWith(() => answering(503));
  const delivery = newDelivery();
  const handle = await begin(delivery);
  await engine.untilEnd(handle);
  await expect(handle.result()).resolves.toBe('parked');
  const stream = deliveryStream(delivery.deliveryId);
  const parked = await engine.onRecord(stream, 'DeliveryParked');
  const queued = await engine.onRecord(stream, 'DeliveryQueued');
  const hours = (Date.parse(parked.meta.at) - Date.parse(queued.meta.at)) / 3_600_000;
  expect(hours).toBeGreaterThan(71);
  expect(hours).toBeLessThan(73);
  const tries = postsOf(delivery.deliveryId).length;

  engine.node.webhooks.answerWith(() => answering(200));
  const { deliveryId } = delivery;
  const again = { order: randomUUID(), origin: { actor: systemActor } };
  const second = await engine.start('delivery', stream, { deliveryId, onRecord: true, again });
  await expect(second.result()).resolves.toBe('acknowledged');
  expect(postsOf(deliveryId)).toHaveLength(tries + 1);
  expect((await typesOf(engine, stream)).slice(-3)).toEqual([
    'DeliveryParked',
    'DeliveryRedelivered',
    'DeliveryAcknowledged',
  ]);
  await keepHistory('delivery-redelivered', second);
});

test('deliveries about one thing go out in order, also while the first one fails', async () => {
  const first = newDelivery();
  const second = newDelivery({ after: first.deliveryId });
  const third = newDelivery({ after: second.deliveryId });
  let failures = 2;
  engine.node.webhooks.answerWith(({ deliveryId }) =>
    deliveryId === first.deliveryId && failures-- > 0 ? answering(500) : answering(200),
  );
  const handles = [await begin(first)];
  for (const [ahead, next] of [
    [first, second],
    [second, third],
  ] as const) {
    await engine.onRecord(deliveryStream(ahead.deliveryId), 'DeliveryQueued');
    handles.push(await begin(next));
  }
  await engine.onRecord(deliveryStream(third.deliveryId), 'DeliveryQueued');
  // Once runs have signalled each other, the test server's clock goes no faster than ours: an order ends each wait.
  for (let failed = 1; failed <= 2; failed += 1) {
    await until('it to fail', async () => {
      const types = await typesOf(engine, deliveryStream(first.deliveryId));
      return types.filter((type) => type === 'DeliveryFailed').length === failed;
    });
    const order = { order: `now-${failed}`, origin: { actor: systemActor } };
    await handles[0]!.signal(redeliverSignal, order);
  }
  for (const handle of handles) await engine.untilEnd(handle);
  const order = engine.node.webhooks.posts
    .map(({ deliveryId }) => deliveryId)
    .filter((id) => [first, second, third].some(({ deliveryId }) => deliveryId === id));
  expect(order).toEqual([
    first.deliveryId,
    first.deliveryId,
    first.deliveryId,
    second.deliveryId,
    third.deliveryId,
  ]);
  await keepHistory('delivery-behind', handles[1]!);
});

test('an order while it waits for its next try means now', async () => {
  let failing = true;
  engine.node.webhooks.answerWith(() => (failing ? answering(500) : answering(200)));
  const delivery = newDelivery();
  const handle = await begin(delivery);
  await engine.onRecord(deliveryStream(delivery.deliveryId), 'DeliveryFailed');
  failing = false;
  await handle.signal(redeliverSignal, { order: 'now', origin: { actor: systemActor } });
  await expect(handle.result()).resolves.toBe('acknowledged');
});

test('what was for a webhook that was removed is parked at once', async () => {
  const delivery = newDelivery({ webhookId: 'nobody' });
  const handle = await begin(delivery);
  await expect(handle.result()).resolves.toBe('parked');
  expect(postsOf(delivery.deliveryId)).toEqual([]);
});
