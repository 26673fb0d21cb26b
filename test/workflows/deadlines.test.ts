import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';
import { attemptsIn } from './attempts.ts';

// The server's clock stands still for good once certain things have happened in it, so that each test has its own.
let engine: Engine;
beforeEach(async () => void (engine = await startEngine()), 60_000);
afterEach(async () => await engine.stop(), 30_000);

const { start, push, ended, equal, awaiting } = attemptsIn(() => engine);

test('that nobody answers expires at its deadline', async () => {
  const sent = await push();
  await engine.untilEnd(sent.handle);
  const expired = await engine.onRecord(sent.stream, 'AuthenticationExpired');
  expect(expired.data.code).toBe('NO_RESPONSE');
  const late = Date.parse(expired.meta.at) - Date.parse(sent.expiresAt);
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(1_000);
  await keepHistory('authentication-push-expired', sent.handle);
});


test('give up when their leader is gone for good', async () => {
  const sent = await push();
  const { stream, handle } = await equal(sent);
  await sent.handle.terminate('lost');
  await engine.untilEnd(handle);
  expect(await ended(stream)).toBe('INTERNAL');
  await keepHistory('authentication-leader-lost', handle);
});

test('that does not come expires the attempt', async () => {
  const { handle, stream } = await awaiting();
  await engine.untilEnd(handle);
  expect(await ended(stream)).toBe('NO_RESPONSE');
});

test('REL-11 begun anew while it waits, an attempt keeps its old deadline', async () => {
  const sent = await push();
  await sent.handle.terminate('lost');
  await engine.untilEnd(await start(sent.input));
  const expired = await engine.onRecord(sent.stream, 'AuthenticationExpired');
  expect(Math.abs(Date.parse(expired.meta.at) - Date.parse(sent.expiresAt))).toBeLessThan(1_000);
  expect((await typesOf(engine, sent.stream)).slice(2)).toEqual([
    'AuthenticationChallengeSent',
    'AuthenticationExpired',
  ]);
});
