import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { activationStream, authenticationStream, fraudReportStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { activate, addPerson, changeUser, origin, type Person } from './people.ts';
import { openWorld, runIn, type Node, type World } from './world.ts';
import { repeatingIn } from './repeating.ts';

let world: World;
let node: Node;
beforeEach(async () => {
  world = await openWorld();
  [node] = world.nodes;
});
afterEach(async () => await world.close());

const { repeated, openPush } = repeatingIn(() => world);

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
  expect(await repeated(report)).toMatchObject({ reviewed: false });
  const review = { verdict: 'confirmed', note: 'called back', unblock: false, origin } as const;
  await repeated(
    async (on) => await runIn(id, on.activities.recordFraudReview, { requestId, review }),
  );
  expect(await report(node)).toMatchObject({ reviewed: true });
  const facts = await node.events.readStream(id);
  expect(facts.map(({ type }) => type)).toEqual(['FraudReported', 'FraudReviewed']);
  expect(facts[0]!.data).toMatchObject({ userId: who.userId, deviceId: phone.deviceId });
});
