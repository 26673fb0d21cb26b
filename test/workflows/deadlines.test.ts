import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { keepHistory, loseRun, startEngine, typesOf, type Engine } from './engine.ts';
import { authenticationStream } from '../../domain/ids.ts';
import { activate, addPerson, open, openInput } from '../activities/people.ts';
import { deadlineSignal } from '../../workflows/contracts.ts';
import { attemptsIn } from './attempts.ts';

/** How late a busy machine may run what is due. */
const slackMs = 10_000;

jest.setTimeout(60_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);

const { start, push, ended, equal, awaiting } = attemptsIn(() => engine);

test('that nobody answers expires at its deadline', async () => {
  const sent = await push();
  await engine.untilEnd(sent.handle);
  const expired = await engine.onRecord(sent.stream, 'AuthenticationExpired');
  expect(expired.data.code).toBe('NO_RESPONSE');
  const late = Date.parse(expired.meta.at) - Date.parse(sent.expiresAt);
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(slackMs);
  await keepHistory('authentication-push-expired', sent.handle);
});

test('give up when their leader is gone for good', async () => {
  const sent = await push();
  // After a signal between two runs the test server's clock stands still: the leader is lost before it hears of the other.
  await loseRun(sent.handle);
  const { stream, handle } = await equal(sent);
  await engine.untilEnd(handle);
  expect(await ended(stream)).toBe('INTERNAL');
  await keepHistory('authentication-leader-lost', handle);
});

test('that does not come expires the attempt', async () => {
  const { handle, stream } = await awaiting();
  await engine.untilEnd(handle);
  expect(await ended(stream)).toBe('NO_RESPONSE');
});

test('REL-11 an attempt that is on record, but not known to the engine, keeps its challenge and deadline', async () => {
  const { node, world } = engine;
  const person = await addPerson(node);
  await activate(node, world, person);
  const input = await openInput(node, person);
  const { expiresAt } = await open(node, input);
  const stream = authenticationStream(input.requestId);
  await engine.untilEnd(await start(input));
  const expired = await engine.onRecord(stream, 'AuthenticationExpired');
  expect(Math.abs(Date.parse(expired.meta.at) - Date.parse(expiresAt!))).toBeLessThan(slackMs);
  expect((await typesOf(engine, stream)).slice(2)).toEqual([
    'AuthenticationChallengeSent',
    'AuthenticationExpired',
  ]);
});

test('REL-16 an engine whose clock is set five minutes ahead ends no attempt before its deadline', async () => {
  const sent = await push();
  engine.ahead.ms = 300_000;
  try {
    await engine.untilEnd(sent.handle);
  } finally {
    engine.ahead.ms = 0;
  }
  const expired = await engine.onRecord(sent.stream, 'AuthenticationExpired');
  const late = Date.parse(expired.meta.at) - Date.parse(sent.expiresAt);
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(slackMs);
});

test('REL-16 an engine whose clock is set back ends an attempt once it is told that its deadline has passed', async () => {
  const sent = await push();
  const { world } = engine;
  engine.ahead.ms = -300_000;
  try {
    await sent.handle.signal(deadlineSignal, { expiresAt: sent.expiresAt });
    const expired = await engine.onRecord(sent.stream, 'AuthenticationExpired');
    expect(Date.parse(expired.meta.at)).toBeGreaterThan(Date.parse(sent.expiresAt));
  } finally {
    engine.ahead.ms = 0;
    world.clock.nowMs -= 300_000;
  }
});
