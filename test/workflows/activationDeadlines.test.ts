import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { userStream } from '../../domain/ids.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';
import { activationsIn, minuteMs } from './activations.ts';

// The test server's clock stands still after some stories (a child's end among them): each test has its own.
jest.setTimeout(60_000);
let engine: Engine;
beforeEach(async () => void (engine = await startEngine()), 60_000);
afterEach(async () => await engine.stop(), 30_000);
const { issue, activated } = activationsIn(() => engine);

test('a device whose test sign-in nobody answers stays', async () => {
  const { handle, userId, confirm } = await activated();
  await confirm();
  await engine.untilEnd(handle);
  const types = await typesOf(engine, userStream(userId));
  expect(types).toContain('UserChallengeClosed');
  expect(types).not.toContain('DeviceRemoved');
});

test('a device that is not confirmed vanishes after 10 minutes', async () => {
  const { handle, userId } = await activated();
  const { meta } = await engine.onRecord(userStream(userId), 'DeviceActivated');
  await engine.untilEnd(handle);
  const removed = await engine.onRecord(userStream(userId), 'DeviceRemoved');
  expect(removed.data.reason).toBe('unconfirmed');
  const lateMs = Date.parse(removed.meta.at) - Date.parse(meta.at) - 10 * minuteMs;
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(10_000);
  await keepHistory('activation-unconfirmed', handle);
});

test('a code that nobody uses expires', async () => {
  const { handle, stream } = await issue();
  await engine.untilEnd(handle);
  const ended = await engine.onRecord(stream, 'ActivationEnded');
  expect(ended.data.reason).toBe('expired');
  await keepHistory('activation-expired', handle);
});
