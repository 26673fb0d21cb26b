import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { activationStream, authenticationStream, userStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import type { Sealed } from '../../domain/sealed.ts';
import {
  abandonSignal,
  answerUpdate,
  beginUpdate,
  completeUpdate,
  validateUpdate,
} from '../../workflows/contracts.ts';
import { addPerson } from '../activities/people.ts';
import { attemptsIn } from './attempts.ts';
import { keepHistory, startEngine, typesOf, type Engine } from './engine.ts';

let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);
const { changeUser } = attemptsIn(() => engine);

const minuteMs = 60_000;
const tokenHash = 'token';

/** A person with a code that was issued, and what a device and its server do with it. */
const issue = async (userId?: string) => {
  const owner = userId ?? (await addPerson(engine.node)).userId;
  const activationId = randomUUID();
  const stream = activationStream(activationId);
  const expiresAt = toIso((await engine.env.currentTimeMs()) + 10 * minuteMs);
  await changeUser(
    { userId: owner },
    { type: 'requestActivation', activationId, routeHash: 'route', expiresAt },
  );
  const handle = engine.client.workflow.getHandle(stream);
  const confirmationHash = `confirmation-${activationId}`;
  return {
    userId: owner,
    activationId,
    stream,
    handle,
    begin: async (attempt: string, waitMs = 30_000) =>
      await handle.executeUpdate(beginUpdate, {
        updateId: attempt,
        args: [{ attempt, tokenHash, routeHash: 'route', waitMs }],
      }),
    /** The device's answer to the newest call. */
    validate: async (valid = true) => {
      const { data } = await engine.onRecord(stream, 'ActivationBegun');
      return await handle.executeUpdate(validateUpdate, {
        args: [{ guid: data.guid, tokenHash, valid }],
      });
    },
    complete: async (attempt: string) =>
      await handle.executeUpdate(completeUpdate, {
        args: [
          {
            attempt,
            name: 's1:a:b' as Sealed,
            tokenHash,
            appVersion: '1',
            confirmationHash,
            drift: 0,
            confirmBy: toIso((await engine.env.currentTimeMs()) + 10 * minuteMs),
          },
        ],
      }),
    confirm: async () =>
      await changeUser({ userId: owner }, { type: 'confirmDevice', confirmationHash }),
  };
};

const activated = async (): Promise<Awaited<ReturnType<typeof issue>>> => {
  const code = await issue();
  const [begun] = await Promise.all([code.begin('a1'), code.validate()]);
  expect(begun).toMatchObject({ kind: 'validated', userId: code.userId });
  expect(await code.complete('a1')).toBe(true);
  return code;
};

/** The push of the test sign-in. */
const testPush = async (userId: string) => {
  const opened = await engine.onRecord(userStream(userId), 'UserChallengeOpened');
  const stream = authenticationStream(opened.data.requestId);
  const { data } = await engine.onRecord(stream, 'AuthenticationChallengeSent');
  const handle = engine.client.workflow.getHandle(stream);
  return async (answer: 'approve' | 'deny') =>
    await handle.executeUpdate(answerUpdate, {
      args: [{ guid: data.devices[0]!.guid, tokenHash, answer }],
    });
};

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

test('a code that nobody uses expires', async () => {
  const { handle, stream } = await issue();
  await engine.untilEnd(handle);
  const ended = await engine.onRecord(stream, 'ActivationEnded');
  expect(ended.data.reason).toBe('expired');
  await keepHistory('activation-expired', handle);
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
