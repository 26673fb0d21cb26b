import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { activationStream, authenticationStream, fraudReportStream } from '../../domain/ids.ts';
import type { ChangeConfiguration } from '../../domain/inputs.ts';
import { toIso } from '../../domain/instants.ts';
import { defaultSettings } from '../../domain/settings.ts';
import type { UserCommand } from '../../domain/userRules.ts';
import {
  activate,
  addPerson,
  addTokenHolder,
  changeUser,
  codeOf,
  open,
  openInput,
  origin,
  sealForRequest,
  type Person,
  type Phone,
} from './people.ts';
import { openWorld, runIn, type Node, type World } from './world.ts';

let world: World;
let node: Node;
let other: Node;
beforeEach(async () => {
  world = await openWorld();
  [node, other] = world.nodes;
});
afterEach(async () => await world.close());

const head = async () => await node.events.head();

/**
 * Takes a step whose answer is lost after its commit, then repeats it on this node, on another and again:
 * all answers are the same and nothing is appended any more. @returns the answer
 */
const repeated = async <T>(step: (on: Node) => Promise<T>): Promise<T> => {
  const before = await head();
  node.loseNextAnswer();
  await expect(step(node)).rejects.toThrow('the answer was lost');
  const after = await head();
  expect(after).toBeGreaterThan(before);
  const answer = await step(node);
  expect(await step(other)).toEqual(answer);
  expect(await step(node)).toEqual(answer);
  expect(await head()).toBe(after);
  return answer;
};

/** An open push of somebody with a phone. */
const openPush = async (person?: Person, phone?: Phone) => {
  const who = person ?? (await addPerson(node));
  const has = phone ?? (await activate(node, world, who));
  const input = await openInput(node, who);
  await open(node, input);
  const facts = await node.events.readStream(authenticationStream(input.requestId));
  const sent = facts.find((fact) => fact.type === 'AuthenticationChallengeSent')!;
  return { who, phone: has, input, requestId: input.requestId, guid: sent.data.devices[0]!.guid };
};

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

describe('REL-02 a change that is repeated after a hidden success', () => {
  const changed = async (person: Person, command: UserCommand, who: 'name' | 'id' = 'name') => {
    const step = `change-${randomUUID()}`;
    const target = who === 'name' ? { usernameKey: person.usernameKey } : { userId: person.userId };
    return await repeated(async (on) => await changeUser(on, { who: target, command }, step));
  };

  test('REL-02 gives the same result and the same effects, whatever it changes', async () => {
    const person = await addPerson(node);
    const { phone } = await openPush(person);
    const block = await changed(person, { type: 'block', blockId: 'B1', reason: 'lost' });
    expect(block.result).toMatchObject({ userId: person.userId, blockId: 'B1' });
    expect(block.effects.map(({ kind }) => kind)).toEqual(['holdBlock', 'endAttempt']);
    expect((await changed(person, { type: 'unblock', reason: 'found' })).effects).toEqual([
      { kind: 'liftBlock', blockId: 'B1' },
    ]);
    expect(
      (await changed(person, { type: 'setEnabled', enabled: false }, 'id')).effects,
    ).toHaveLength(1);
    await changed(person, { type: 'setEnabled', enabled: true });
    await changed(person, { type: 'update', data: { group: 'sales' }, method: { method: 'oath' } });
    await changed(person, { type: 'update', data: {}, method: { method: 'app' } });
    await changed(person, { type: 'issuePermit', tokenHash: phone.tokenHash, permitHash: 'p' });
    const data = { tokenHash: 'new', notificationType: 'pull' };
    await changed(person, {
      type: 'changeDeviceToken',
      permitHash: 'p',
      oldTokenHash: phone.tokenHash,
      data,
    });
    const activationId = randomUUID();
    const request = {
      type: 'requestActivation',
      activationId,
      routeHash: 'r',
      expiresAt: toIso(world.clock.nowMs),
    } as const;
    expect((await changed(person, request)).effects.map(({ kind }) => kind)).toEqual([
      'openActivation',
    ]);
    await changed(person, { type: 'removeDevice', deviceId: phone.deviceId, reason: 'removed' });
  });

  test('REL-02 adds a person once', async () => {
    const usernameKey = node.secrets.hash('username', 'jo');
    const data = {
      username: 's1:a:b' as never,
      usernameKey,
      enabled: true,
      method: 'app',
      appMode: 'standard',
      objectId: randomUUID(),
      source: 'manual',
    } as const;
    const adding = {
      who: { usernameKey },
      newUserId: 'U1',
      command: { type: 'add', data },
    } as const;
    const { result } = await repeated(async (on) => await changeUser(on, adding, 'add-1'));
    expect(result).toEqual({ userId: 'U1' });
    await expect(changeUser(node, { ...adding, newUserId: 'U2' }, 'add-2')).rejects.toMatchObject({
      type: 'alreadyExists',
    });
  });

  test('REL-02 removes a person by name once, and not the next one of that name', async () => {
    const person = await addPerson(node, 'jo');
    const { requestId } = await openPush(person);
    const step = 'remove-1';
    const removal = {
      who: { usernameKey: person.usernameKey },
      command: { type: 'remove' },
    } as const;
    const removed = await repeated(async (on) => await changeUser(on, removal, step));
    expect(removed.effects).toEqual([{ kind: 'endAttempt', requestId, code: 'SUPERSEDED' }]);
    const next = await addPerson(node, 'jo');
    const before = await head();
    expect((await changeUser(node, removal, step)).result).toEqual({ userId: person.userId });
    expect(await head()).toBe(before);
    expect((await changeUser(node, removal, 'remove-2')).result).toEqual({ userId: next.userId });
  });

  test('REL-02 has the effects of its own facts after others have changed the person', async () => {
    const person = await addPerson(node);
    const block = {
      who: { userId: person.userId },
      command: { type: 'block', blockId: 'B1', reason: 'x' },
    } as const;
    node.loseNextAnswer();
    await expect(changeUser(node, block, 'block-1')).rejects.toThrow('lost');
    await changeUser(other, { who: block.who, command: { type: 'unblock', reason: 'y' } });
    const before = await head();
    const again = await changeUser(node, block, 'block-1');
    expect(again.effects.map(({ kind }) => kind)).toEqual(['holdBlock']);
    expect(await head()).toBe(before);
  });

  test('REL-02 changes the configuration once', async () => {
    const commands: readonly ChangeConfiguration['command'][] = [
      { type: 'createDeployment', data: { tenantId: 't', groupKey: 'g', companyName: 'c' } },
      { type: 'changeSettings', changes: { codeTries: 5 } },
      {
        type: 'addServiceAccount',
        data: { accountId: 'A', name: 'mim', secretHash: 'h', groups: [] },
      },
      { type: 'removeServiceAccount', name: 'mim' },
      { type: 'addApiClient', data: { clientId: 'C', name: 'x', secretHash: 'h', scopes: [] } },
      { type: 'removeApiClient', clientId: 'C' },
    ];
    for (const command of commands)
      await repeated(
        async (on) =>
          (
            await runIn(
              command.type,
              on.activities.change,
              { kind: 'configuration', command, origin },
              command.type,
            )
          ).result,
      );
    const known = { kind: 'configuration', command: commands[3]!, origin } as const;
    await expect(runIn('later', node.activities.change, known, 'later')).rejects.toMatchObject({
      type: 'notFound',
    });
  });
});

describe('REL-02 a step of an activation that is repeated after a hidden success', () => {
  const issue = async (person: Person) => {
    const activationId = randomUUID();
    const expiresAt = toIso(world.clock.nowMs + 600_000);
    await changeUser(node, {
      who: { userId: person.userId },
      command: { type: 'requestActivation', activationId, routeHash: 'route', expiresAt },
    });
    return { activationId, id: activationStream(activationId), expiresAt };
  };
  const begin = { attempt: 'a1', tokenHash: 'token', waitMs: 1_000 };

  test('REL-02 reserves, validates and completes once, with the same answers', async () => {
    const person = await addPerson(node);
    const { activationId, id, expiresAt } = await issue(person);
    const begun = await repeated(
      async (on) =>
        await runIn(id, on.activities.beginActivation, { activationId, step: 'begin', ...begin }),
    );
    expect(begun).toMatchObject({ kind: 'reserved', userId: person.userId });
    const state = await runIn(id, node.activities.readActivation, { activationId });
    const guid = 'guid' in state ? state.guid : '';
    const validate = { activationId, step: 'validate', guid, tokenHash: 'token', valid: true };
    expect(
      await repeated(async (on) => await runIn(id, on.activities.validateActivation, validate)),
    ).toBe(true);
    expect(
      await runIn(id, node.activities.validateActivation, { ...validate, step: 'second' }),
    ).toBe(false);
    expect(
      await runIn(id, node.activities.beginActivation, { activationId, step: 'begin', ...begin }),
    ).toEqual(begun);
    const complete = {
      activationId,
      step: 'complete',
      attempt: 'a1',
      name: 's1:a:b' as never,
      tokenHash: 'token',
      appVersion: '1',
      confirmationHash: 'c',
      confirmBy: expiresAt,
      drift: 0,
    };
    expect(
      await repeated(async (on) => await runIn(id, on.activities.completeActivation, complete)),
    ).toBe(true);
    expect(
      await runIn(id, node.activities.completeActivation, {
        ...complete,
        step: 'second',
        attempt: 'a2',
      }),
    ).toBe(false);
    const removal = { activationId, userId: person.userId, reason: 'unconfirmed', origin } as const;
    await repeated(async (on) => await runIn(id, on.activities.removeActivated, removal));
  });

  test('REL-02 frees and ends a code once', async () => {
    const { activationId, id } = await issue(await addPerson(node));
    await runIn(id, node.activities.beginActivation, { activationId, step: 'begin', ...begin });
    const fail = { activationId, step: 'fail', attempt: 'a1', reason: 'noAnswer' } as const;
    await repeated(async (on) => await runIn(id, on.activities.failActivation, fail));
    await repeated(
      async (on) =>
        await runIn(id, on.activities.endActivation, {
          activationId,
          step: 'end',
          reason: 'expired',
        }),
    );
  });

  test('a "no" of the device frees the code and is answered the same every time', async () => {
    const { activationId, id } = await issue(await addPerson(node));
    await runIn(id, node.activities.beginActivation, { activationId, step: 'begin', ...begin });
    const state = await runIn(id, node.activities.readActivation, { activationId });
    const no = {
      activationId,
      step: 'no',
      guid: 'guid' in state ? state.guid : '',
      tokenHash: 'token',
      valid: false,
    };
    expect(
      await repeated(async (on) => await runIn(id, on.activities.validateActivation, no)),
    ).toBe(true);
    expect(await runIn(id, node.activities.readActivation, { activationId })).toMatchObject({
      status: 'issued',
    });
  });

  test('a code is for whom it may be: route, time, block and device limit', async () => {
    const person = await addPerson(node);
    const { activationId, id } = await issue(person);
    const on = async (more: object) =>
      (
        await runIn(id, node.activities.beginActivation, {
          activationId,
          step: randomUUID(),
          ...begin,
          ...more,
        })
      ).kind;
    expect(await on({ routeHash: 'wrong' })).toBe('failed');
    await changeUser(node, {
      who: { userId: person.userId },
      command: { type: 'block', blockId: 'B', reason: 'x' },
    });
    expect(await on({})).toBe('notAllowed');
    await changeUser(node, {
      who: { userId: person.userId },
      command: { type: 'unblock', reason: 'x' },
    });
    world.clock.nowMs += 600_000;
    expect(await on({})).toBe('failed');
    const full = await addPerson(node);
    for (let device = 0; device < defaultSettings.deviceLimit; device += 1)
      await activate(node, world, full);
    await expect(activate(node, world, full)).rejects.toThrow('notAllowed');
  });
});

test('REL-02 a fraud report and its verdict are recorded once, and a run that starts anew knows', async () => {
  const { requestId, guid, phone, who } = await openPush();
  const fraud = {
    requestId,
    step: 'fraud',
    guid,
    tokenHash: phone.tokenHash,
    answer: 'fraud',
  } as const;
  await runIn(authenticationStream(requestId), node.activities.answerAttempt, fraud);
  const id = fraudReportStream(requestId);
  const report = async (on: Node) =>
    await runIn(id, on.activities.recordFraudReport, { requestId, userId: who.userId });
  expect(await repeated(report)).toBe(false);
  const review = { verdict: 'confirmed', note: 'called back', unblock: false, origin } as const;
  await repeated(
    async (on) => await runIn(id, on.activities.recordFraudReview, { requestId, review }),
  );
  expect(await report(node)).toBe(true);
  const facts = await node.events.readStream(id);
  expect(facts.map(({ type }) => type)).toEqual(['FraudReported', 'FraudReviewed']);
  expect(facts[0]!.data).toMatchObject({ userId: who.userId, deviceId: phone.deviceId });
});
