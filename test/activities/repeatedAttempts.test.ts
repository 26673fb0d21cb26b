import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { authenticationStream } from '../../domain/ids.ts';
import {
  activate,
  addPerson,
  addTokenHolder,
  codeOf,
  open,
  openInput,
  origin,
  sealForRequest,
} from './people.ts';
import { openWorld, runIn, type Node, type World } from './world.ts';
import { repeatingIn } from './repeating.ts';

let world: World;
let node: Node;
let other: Node;
beforeEach(async () => {
  world = await openWorld();
  [node, other] = world.nodes;
});
afterEach(async () => await world.close());

const { head, repeated, openPush } = repeatingIn(() => world);

describe('REL-02 a step of an attempt that is repeated after a hidden success', () => {
  test('REL-02 opens once: one challenge, the same one every time', async () => {
    const person = await addPerson(node);
    await activate(node, world, person);
    const input = await openInput(node, person);
    const progress = await repeated(async (on) => await open(on, input));
    expect(progress).toMatchObject({ status: 'awaiting-user', method: 'app' });
    const challenges = (await world.log()).filter(({ type }) => type === 'UserChallengeOpened');
    expect(challenges).toHaveLength(1);
  });

  test('REL-02 lets a code in once, and does not call it used the second time', async () => {
    const person = await addTokenHolder(node);
    const input = await openInput(node, person, { code: codeOf(person, world.clock.nowMs) });
    const { outcome } = await repeated(async (on) => await open(on, input));
    expect(outcome?.code).toBe('APPROVED');
  });

  test('REL-02 records an answer once and says so every time', async () => {
    for (const answer of ['approve', 'deny', 'fraud'] as const) {
      const { requestId, guid, phone } = await openPush();
      const input = { requestId, step: randomUUID(), guid, tokenHash: phone.tokenHash, answer };
      const taken = await repeated(
        async (on) =>
          await runIn(authenticationStream(requestId), on.activities.answerAttempt, input),
      );
      expect(taken).toMatchObject({ answer: 'recorded', progress: { status: 'ended' } });
      expect(taken.progress.effects.map(({ kind }) => kind)).toEqual(
        answer === 'fraud' ? ['reportFraud', 'holdBlock'] : [],
      );
    }
  });

  test('REL-02 costs one try for a wrong code', async () => {
    const input = await openInput(node, await addTokenHolder(node));
    const { requestId } = input;
    await open(node, input);
    const submit = {
      requestId,
      step: 'submit',
      code: await sealForRequest(node, requestId, 'code', 'no'),
      origin,
    };
    const taken = await repeated(
      async (on) => await runIn(authenticationStream(requestId), on.activities.submitCode, submit),
    );
    expect(taken).toMatchObject({
      throttled: false,
      progress: { status: 'awaiting-code', triesLeft: 2 },
    });
  });

  test('REL-02 ends it once, and a joined one with it', async () => {
    const { who, requestId } = await openPush();
    const leader = (await node.events.readStream(authenticationStream(requestId)))[0]!;
    const { originKey } = leader.data as { originKey: string };
    const follower = await openInput(node, who, { originKey });
    expect(await open(node, follower)).toMatchObject({ status: 'joined', leaderId: requestId });
    const end = { requestId, step: 'deadline', code: 'NO_RESPONSE' } as const;
    const ended = await repeated(
      async (on) => await runIn(authenticationStream(requestId), on.activities.endAttempt, end),
    );
    expect(ended.outcome).toEqual({ state: 'expired', code: 'NO_RESPONSE' });
    const follow = { requestId: follower.requestId, leaderId: requestId };
    const followed = await repeated(
      async (on) =>
        await runIn(authenticationStream(follower.requestId), on.activities.followLeader, follow),
    );
    expect(followed?.outcome).toEqual(ended.outcome);
  });

  test('REL-02 answers with what is on record after the log has moved on', async () => {
    const { input, requestId, guid, phone } = await openPush();
    const id = authenticationStream(requestId);
    const deny = {
      requestId,
      step: 'deny',
      guid,
      tokenHash: phone.tokenHash,
      answer: 'deny',
    } as const;
    await runIn(id, other.activities.answerAttempt, deny);
    const before = await head();
    expect(await open(node, input)).toMatchObject({
      status: 'ended',
      outcome: { code: 'USER_DENIED' },
    });
    const approve = { ...deny, step: 'approve', answer: 'approve' } as const;
    expect(await runIn(id, node.activities.answerAttempt, approve)).toMatchObject({
      answer: 'answered',
      progress: { outcome: { code: 'USER_DENIED' } },
    });
    expect(
      await runIn(id, node.activities.endAttempt, {
        requestId,
        step: 'deadline',
        code: 'NO_RESPONSE',
      }),
    ).toMatchObject({
      outcome: { code: 'USER_DENIED' },
    });
    expect(await head()).toBe(before);
  });
});
