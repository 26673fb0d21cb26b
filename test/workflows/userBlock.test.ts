import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { userBlockStream, userStream } from '../../domain/ids.ts';
import { addPerson } from '../activities/people.ts';
import { attemptsIn } from './attempts.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';

jest.setTimeout(60_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);
const { changeUser } = attemptsIn(() => engine);

const dayMs = 24 * 3_600_000;

test('a block of 90 days ends after exactly 90 days', async () => {
  const { userId } = await addPerson(engine.node);
  const blockId = randomUUID();
  const change = await changeUser({ userId }, { type: 'block', blockId, reason: 'lost phone' });
  expect((await change.result()).result).toMatchObject({ userId, blockId });
  const handle = engine.client.workflow.getHandle(userBlockStream(blockId));
  await engine.untilEnd(handle);
  const stream = userStream(userId);
  const blocked = await engine.onRecord(stream, 'UserBlocked');
  const unblocked = await engine.onRecord(stream, 'UserUnblocked');
  expect(unblocked.data).toMatchObject({ blockId, ended: 'expired' });
  expect(Date.parse(blocked.data.until) - Date.parse(blocked.meta.at)).toBe(90 * dayMs);
  const lateMs = Date.parse(unblocked.meta.at) - Date.parse(blocked.data.until);
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(10_000);
  await keepHistory('userBlock-expired', handle);
});

test('a block that is lifted ends at once, its timer with it', async () => {
  const { userId } = await addPerson(engine.node);
  const blockId = randomUUID();
  await changeUser({ userId }, { type: 'block', blockId, reason: 'lost phone' });
  const change = await changeUser({ userId }, { type: 'unblock', reason: 'found' });
  const handle = engine.client.workflow.getHandle(userBlockStream(blockId));
  await handle.result();
  const { events } = await handle.fetchHistory();
  expect(events?.some((event) => event.timerCanceledEventAttributes)).toBe(true);
  expect(await typesOf(engine, userStream(userId))).toEqual([
    'UserAdded',
    'UserBlocked',
    'UserUnblocked',
  ]);
  await keepHistory('change-unblock', change);
});
