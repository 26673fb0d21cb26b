import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { userStream } from '../../domain/ids.ts';
import { abandonSignal } from '../../workflows/contracts.ts';
import { attemptsIn } from './attempts.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';
import { activationsIn } from './activations.ts';

jest.setTimeout(60_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);
const { changeUser } = attemptsIn(() => engine);
const { issue, activated, testPush } = activationsIn(() => engine);

test('a code goes its whole life: begun, validated, completed, confirmed, tried', async () => {
  const { handle, stream, userId, confirm } = await activated();
  const change = await confirm();
  expect(await (await testPush(userId))('approve')).toBe('recorded');
  await handle.result();
  expect(await typesOf(engine, stream)).toEqual([
    'ActivationIssued',
    'ActivationBegun',
    'ActivationValidated',
    'ActivationEnded',
  ]);
  expect(await typesOf(engine, userStream(userId))).toEqual([
    'UserAdded',
    'DeviceActivationRequested',
    'DeviceActivated',
    'DeviceConfirmed',
    'UserChallengeOpened',
    'UserChallengeClosed',
  ]);
  await keepHistory('activation-whole-life', handle);
  await keepHistory('change-confirm-device', change);
});

test('a device whose test sign-in is denied is removed', async () => {
  const { handle, userId, confirm } = await activated();
  await confirm();
  await (
    await testPush(userId)
  )('deny');
  await handle.result();
  const removed = await engine.onRecord(userStream(userId), 'DeviceRemoved');
  expect(removed.data.reason).toBe('denied');
  await keepHistory('activation-test-denied', handle);
});

test('SEC-45 two calls for one code at once: one wins', async () => {
  const code = await issue();
  const calls = Promise.all([code.begin('a1'), code.begin('a2')]);
  await code.validate();
  expect((await calls).map(({ kind }) => kind).toSorted()).toEqual(['failed', 'validated']);
  expect(
    (await typesOf(engine, code.stream)).filter((type) => type === 'ActivationBegun'),
  ).toHaveLength(1);
});

test('a silent device or a "no" leaves the code usable, and so does a caller who goes away', async () => {
  const code = await issue();
  const refused = code.begin('refused');
  await code.validate(false);
  expect(await refused).toEqual({ kind: 'failed' });
  expect(await code.begin('silent', 1_000)).toEqual({ kind: 'failed' });
  const away = code.begin('away');
  await code.handle.signal(abandonSignal, { attempt: 'away' });
  expect(await away).toEqual({ kind: 'failed' });
  const reasons = (await engine.node.events.readStream(code.stream)).flatMap((fact) =>
    fact.type === 'ActivationAttemptFailed' ? [fact.data.reason] : [],
  );
  expect(reasons).toEqual(['refused', 'noAnswer', 'abandoned']);
  await keepHistory('activation-silent', code.handle);
});

test('SEC-45 a newer code ends the older one at once', async () => {
  const older = await issue();
  const newer = await issue(older.userId);
  await older.handle.result();
  expect((await engine.onRecord(older.stream, 'ActivationEnded')).data.reason).toBe('replaced');
  expect(await typesOf(engine, newer.stream)).toEqual(['ActivationIssued']);
  await expect(older.begin('late')).rejects.toBeInstanceOf(WorkflowNotFoundError);
  await keepHistory('activation-replaced', older.handle);
});

test('removing the person revokes the code', async () => {
  const { handle, stream, userId } = await issue();
  await changeUser({ userId }, { type: 'remove' });
  await handle.result();
  expect((await engine.onRecord(stream, 'ActivationEnded')).data.reason).toBe('revoked');
});
