import { expect, test } from '@jest/globals';
import type { EventStore, StoredEvent } from '../../adapters/eventStore/port.ts';
import type { FeedStatus } from '../../adapters/views/port.ts';
import type { DomainEvent } from '../../domain/events.ts';
import type { Notice } from '../../domain/notice.ts';
import { createLogger } from '../../runtime/logger.ts';
import { watchLag } from '../../server/lag.ts';
import { until } from '../e2e/support/until.ts';

/** A log whose event at position n was recorded at second n, and views that show so much of it. */
const given = () => {
  const world = {
    newest: 0,
    shown: 0,
    nowMs: 0,
    told: [] as Notice[],
    facts: [] as DomainEvent[],
    looks: 0,
  };
  const events: Pick<EventStore, 'head' | 'readAll'> = {
    head: async () => {
      world.looks += 1;
      return world.newest;
    },
    readAll: async (after) => [
      { recordedAt: new Date((after + 1) * 1_000).toISOString() } as StoredEvent,
    ],
  };
  const status = (): FeedStatus => ({ state: 'live', position: world.shown, writes: true });
  const watch = watchLag({
    events,
    feed: { status },
    facts: { record: async (fact) => void world.facts.push(fact) },
    tell: async (notice) => void world.told.push(notice),
    log: createLogger({ level: 'error', pretty: false, write: () => undefined }),
    nowMs: () => world.nowMs,
    everyMs: 5,
  });
  /** Until it has surely looked at what is there now. */
  const looked = async (): Promise<void> => {
    const from = world.looks;
    await until('two more looks', () => world.looks >= from + 2);
  };
  return { world, watch, looked };
};

test('lists say how far behind they are: events, and the age of the oldest that they do not show', async () => {
  const { world, watch, looked } = given();
  expect(await watch.lag()).toMatchObject({ behindEvents: 0, behindSeconds: 0, role: 'writes' });
  Object.assign(world, { newest: 10, shown: 4, nowMs: 25_500 });
  expect(await watch.lag()).toMatchObject({
    position: 4,
    newest: 10,
    behindEvents: 6,
    behindSeconds: 20,
  });
  await looked();
  expect(watch.behindSeconds()).toBe(20);
  await watch.stop();
});

test('more than a minute behind is told once an incident', async () => {
  const { world, watch, looked } = given();
  Object.assign(world, { newest: 10, shown: 4, nowMs: 65_000 });
  await looked();
  expect([world.told, world.facts]).toEqual([[], []]);
  world.nowMs = 66_000;
  await looked();
  world.nowMs = 90_000;
  await looked();
  expect(world.told).toEqual([
    {
      noticeId: 'viewsLag-4',
      occasion: 'viewsLag',
      to: { kind: 'notified' },
      values: { seconds: '61', position: '4', newest: '10' },
    },
  ]);
  expect(world.facts).toEqual([
    { type: 'AuditViewsLagged', data: { position: 4, newest: 10, seconds: 61 } },
  ]);

  world.shown = 10;
  await looked();
  Object.assign(world, { newest: 12, nowMs: 200_000 });
  await looked();
  expect(world.told.map(({ noticeId }) => noticeId)).toEqual(['viewsLag-4', 'viewsLag-10']);
  await watch.stop();
});

test('a rebuild shows how far it is while it runs', async () => {
  const { watch } = given();
  const said: [number, number][] = [];
  const rebuild = watch.rebuilding(async (onProgress) => {
    onProgress(3, 9);
    return await watch.lag();
  });
  expect(await rebuild((...progress) => void said.push(progress))).toMatchObject({
    rebuild: { done: 3, total: 9 },
  });
  expect(said).toEqual([[3, 9]]);
  expect(await watch.lag()).not.toHaveProperty('rebuild');
  await watch.stop();
});
