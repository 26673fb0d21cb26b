import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  authenticationStream,
  fraudReportStream,
  userBlockStream,
  userStream,
} from '../../domain/ids.ts';
import type { OpenAttempt } from '../../domain/inputs.ts';
import { cancelUpdate, reviewUpdate } from '../../workflows/contracts.ts';
import { origin } from '../activities/people.ts';
import { keepHistory, loseRun, startEngine, typesOf, type Engine } from './engine.ts';
import { attemptsIn } from './attempts.ts';

jest.setTimeout(60_000);
let engine: Engine;
beforeAll(async () => void (engine = await startEngine()), 60_000);
afterAll(async () => await engine.stop(), 30_000);

const { start, push, answer, ended, changeUser, equal, awaiting, oneShot } = attemptsIn(
  () => engine,
);

describe('a push', () => {
  test('that is approved lets in', async () => {
    const sent = await push();
    expect(await answer(sent, 'approve')).toBe('recorded');
    await sent.handle.result();
    expect(await typesOf(engine, sent.stream)).toEqual([
      'AuthenticationRequested',
      'AuthenticationRuleMatched',
      'AuthenticationChallengeSent',
      'AuthenticationDeviceAnswered',
      'AuthenticationApproved',
    ]);
    await keepHistory('authentication-push-approved', sent.handle);
  });

  test('that is answered twice at once counts one answer', async () => {
    const sent = await push();
    const told = await Promise.all(
      (['approve', 'deny'] as const).map(
        async (what) => await answer(sent, what).catch(() => 'gone'),
      ),
    );
    expect(told.filter((words) => words === 'recorded')).toHaveLength(1);
    await sent.handle.result();
    expect((await typesOf(engine, sent.stream)).slice(3)).toHaveLength(2);
    await expect(answer(sent, 'approve')).rejects.toBeInstanceOf(WorkflowNotFoundError);
  });

  test('that is denied does not', async () => {
    const sent = await push();
    expect(await answer(sent, 'deny')).toBe('recorded');
    await sent.handle.result();
    expect(await ended(sent.stream)).toBe('USER_DENIED');
    await keepHistory('authentication-push-denied', sent.handle);
  });

  test('SEC-39 that is reported as fraud blocks the person, and both workflows run on', async () => {
    const sent = await push();
    await answer(sent, 'fraud');
    await sent.handle.result();
    await keepHistory('authentication-push-fraud', sent.handle);
    const { requestId } = sent.input;
    const facts = await engine.node.events.readStream(userStream(sent.person.userId));
    const blocked = facts.find((fact) => fact.type === 'UserBlocked')!;
    expect(blocked.data).toMatchObject({ flag: 'fraud', fraudReportId: requestId });
    const { workflow } = engine.client;
    const report = workflow.getHandle(fraudReportStream(requestId));
    const block = workflow.getHandle(userBlockStream(blocked.data.blockId));
    for (const child of [report, block])
      expect((await child.describe()).status.name).toBe('RUNNING');
    const review = { verdict: 'dismissed', note: 'a mistake', unblock: true, origin } as const;
    await report.executeUpdate(reviewUpdate, { args: [review] });
    await Promise.all([report.result(), block.result()]);
    expect(await typesOf(engine, fraudReportStream(requestId))).toEqual([
      'FraudReported',
      'FraudReviewed',
    ]);
    expect((await typesOf(engine, userStream(sent.person.userId))).at(-1)).toBe('UserUnblocked');
    await keepHistory('fraudReport-dismissed', report);
    await keepHistory('userBlock-lifted', block);
  });

  test('that the caller cancels ends so, once', async () => {
    const sent = await push();
    const progress = await sent.handle.executeUpdate(cancelUpdate, { args: [{ origin }] });
    expect(progress.outcome).toEqual({ state: 'cancelled', code: 'CALLER_GONE' });
    await sent.handle.result();
    expect((await typesOf(engine, sent.stream)).slice(3)).toEqual(['AuthenticationCancelled']);
    await keepHistory('authentication-cancelled', sent.handle);
  });

  test('SEC-39 ends when the person is blocked meanwhile', async () => {
    const sent = await push();
    const change = await changeUser(sent.person, {
      type: 'block',
      blockId: randomUUID(),
      reason: 'stolen',
    });
    await sent.handle.result();
    expect(await ended(sent.stream)).toBe('USER_BLOCKED');
    await keepHistory('authentication-blocked', sent.handle);
    await keepHistory('change-block', change);
  });

  test('ends when the person is disabled or removed meanwhile', async () => {
    for (const [command, code] of [
      [{ type: 'setEnabled', enabled: false }, 'USER_DISABLED'],
      [{ type: 'remove' }, 'SUPERSEDED'],
    ] as const) {
      const sent = await push();
      await changeUser(sent.person, command);
      await sent.handle.result();
      expect(await ended(sent.stream)).toBe(code);
    }
  });
});

describe('equal attempts', () => {
  test('join, prompt nobody and end as their leader ends', async () => {
    for (const [what, code] of [
      ['approve', 'APPROVED'],
      ['deny', 'USER_DENIED'],
    ] as const) {
      const sent = await push();
      const followers = [await equal(sent), await equal(sent)];
      await answer(sent, what);
      await Promise.all([
        sent.handle.result(),
        ...followers.map(async ({ handle }) => await handle.result()),
      ]);
      for (const { stream } of followers) expect(await ended(stream)).toBe(code);
      const facts = await typesOf(engine, userStream(sent.person.userId));
      expect(facts.filter((type) => type === 'UserChallengeOpened')).toHaveLength(1);
      await keepHistory(`authentication-joined-${what}`, followers[0]!.handle);
      await keepHistory(`authentication-leader-${what}`, sent.handle);
    }
  });

  test('SEC-39 are not let in any more once the person is blocked', async () => {
    const sent = await push();
    const { stream, handle } = await equal(sent);
    await changeUser(sent.person, { type: 'block', blockId: randomUUID(), reason: 'stolen' });
    await Promise.all([sent.handle.result(), handle.result()]);
    expect(await ended(stream)).toBe('USER_BLOCKED');
  });

  test('can be cancelled alone', async () => {
    const sent = await push();
    const { stream, handle } = await equal(sent);
    await handle.executeUpdate(cancelUpdate, { args: [{ origin }] });
    await handle.result();
    expect(await ended(stream)).toBe('CALLER_GONE');
    expect(await ended(sent.stream)).toBeUndefined();
    expect(await answer(sent, 'approve')).toBe('recorded');
  });
});

describe('a typed code', () => {
  test('may be wrong twice before it is right', async () => {
    const { handle, stream, submit, right } = await awaiting();
    expect((await submit('no')).progress).toMatchObject({ status: 'awaiting-code', triesLeft: 2 });
    expect((await submit('no')).progress).toMatchObject({ status: 'awaiting-code', triesLeft: 1 });
    expect((await submit(await right())).progress.outcome).toEqual({
      state: 'approved',
      code: 'APPROVED',
    });
    await handle.result();
    expect(await ended(stream)).toBe('APPROVED');
    await keepHistory('authentication-code-third-try', handle);
  });

  test('denies when it is wrong a third time', async () => {
    const { handle, stream, submit, right } = await awaiting();
    await submit('no');
    await submit('no');
    expect((await submit('no')).progress.outcome?.code).toBe('CODE_RETRY_LIMIT');
    await handle.result();
    await expect(submit(await right())).rejects.toBeInstanceOf(WorkflowNotFoundError);
    expect(await ended(stream)).toBe('CODE_RETRY_LIMIT');
  });
});

describe('an attempt that ends at once', () => {
  test('costs exactly one workflow task and one marker', async () => {
    const handle = await start(await oneShot());
    await handle.result();
    const { events } = await handle.fetchHistory();
    const count = (name: string) =>
      events!.filter((event) => name in event && (event as never)[name] !== null).length;
    expect([
      count('workflowTaskCompletedEventAttributes'),
      count('markerRecordedEventAttributes'),
      events!.length,
    ]).toEqual([1, 1, 6]);
    await keepHistory('authentication-one-shot', handle);
  });

  test('REL-11 begun anew from scratch it keeps its first decision and asks nobody again', async () => {
    const again = async (input: OpenAttempt) => {
      const before = await engine.node.events.head();
      const handle = await start(input);
      await handle.result();
      expect(await engine.node.events.head()).toBe(before);
      return handle;
    };
    const code = await oneShot();
    await (await start(code)).result();
    await again(code);
    expect(await ended(authenticationStream(code.requestId))).toBe('APPROVED');
    const sent = await push();
    await answer(sent, 'deny');
    await sent.handle.result();
    await keepHistory('authentication-again', await again(sent.input));
    expect(await ended(sent.stream)).toBe('USER_DENIED');
  });

  test('REL-11 begun anew while it waits, it goes on with the old challenge', async () => {
    const sent = await push();
    await loseRun(sent.handle);
    const handle = await start(sent.input);
    expect(await answer({ ...sent, handle }, 'approve')).toBe('recorded');
    await handle.result();
    expect((await typesOf(engine, sent.stream)).slice(2)).toEqual([
      'AuthenticationChallengeSent',
      'AuthenticationDeviceAnswered',
      'AuthenticationApproved',
    ]);
  });
});
