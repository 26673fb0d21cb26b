import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { authenticationStream, userStream } from '../../domain/ids.ts';
import { count } from '../support/profile.ts';
import {
  activate,
  addTokenHolder,
  callable,
  changeUser,
  codeOf,
  open,
  openInput,
  origin,
  sealForRequest,
  type Person,
} from './people.ts';
import { openWorld, runIn, type Node, type World } from './world.ts';

/* Once a fraud report or a block is on record, no door of either node lets in or contacts anybody. */

/** A round is a hundred logins, each on disk before it is answered. */
const bypassRounds = count(1_000) === 1_000 ? 1_000 : 5;
let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(async () => await world.close());

/** An open attempt that waits for a code. */
const awaiting = async (node: Node, person: Person): Promise<string> => {
  const input = { ...(await openInput(node, person)), method: 'oath' as const };
  expect((await open(node, input)).status).toBe('awaiting-code');
  return input.requestId;
};
const submit = async (node: Node, requestId: string, code: string) =>
  await runIn(authenticationStream(requestId), node.activities.submitCode, {
    requestId,
    step: randomUUID(),
    code: await sealForRequest(node, requestId, 'code', code),
    origin,
  });

/** Somebody with a token and a phone, who is asked over the phone. */
const pushed = async (node: Node) => {
  const person = await addTokenHolder(node);
  const phone = await activate(node, world, person);
  const input = await openInput(node, person);
  await open(node, input);
  const { requestId } = input;
  const facts = await node.events.readStream(authenticationStream(requestId));
  const sent = facts.find((fact) => fact.type === 'AuthenticationChallengeSent')!;
  const { guid } = sent.data.devices[0]!;
  const answer = async (at: Node, what: 'approve' | 'deny' | 'fraud') =>
    await runIn(authenticationStream(requestId), at.activities.answerAttempt, {
      requestId,
      step: randomUUID(),
      answer: what,
      guid,
      tokenHash: phone.tokenHash,
    });
  return { person, requestId, answer };
};

test('SEC-39 after a fraud report every door of both nodes denies, and other attempts end', async () => {
  const [one, two] = world.nodes;
  for (let round = 0; round < count(1_000); round += 1) {
    const { person, answer } = await pushed(one);
    const code = codeOf(person, world.clock.nowMs);
    const other = await awaiting(two, person);
    const [{ progress }] = await Promise.all([
      answer(one, 'fraud'),
      open(two, await openInput(two, person)),
    ]);
    expect(progress.outcome?.code).toBe('FRAUD_REPORTED');
    expect(progress.effects).toContainEqual({
      kind: 'endAttempt',
      requestId: other,
      code: 'USER_BLOCKED',
    });
    const reported = await one.events.head();
    const ends = await Promise.all([
      open(one, await openInput(one, person, { code })),
      open(two, await openInput(two, person, { code })),
      open(two, await openInput(two, person)),
      submit(two, other, code).then((submitted) => submitted.progress),
    ]);
    expect(ends.map(({ outcome }) => outcome?.code)).toEqual(
      Array.from({ length: 4 }, () => 'USER_BLOCKED'),
    );
    const after = (await one.events.readAll(reported)).map(({ type }) => type);
    expect(after).not.toContain('AuthenticationApproved');
    expect(after).not.toContain('AuthenticationChallengeSent');
  }
}, 600_000);

test.each(['call', 'sms'] as const)(
  'SEC-39 a %s that has not gone out when a block is on record never does',
  async (method) => {
    const [one, two] = world.nodes;
    let contacts = 0;
    for (let round = 0; round < count(1_000); round += 1) {
      const person = await callable(one, method);
      const input = await openInput(one, person);
      const { contact } = await open(one, input);
      const { requestId } = input;
      const order = { requestId, reference: contact! };
      const reach = async (node: Node) =>
        await runIn(authenticationStream(requestId), node.activities.contactPerson, order);
      world.telephony.contacted.length = 0;
      let acknowledged = 0;
      const block = changeUser(one, {
        who: { userId: person.userId },
        command: { type: 'block', blockId: `B-${requestId}`, reason: 'x' },
      }).then(({ position }) => void (acknowledged = position));
      // Every other round the call is on its way already.
      const racing = round % 2 === 0 ? reach(two).catch(() => undefined) : undefined;
      await block;
      const before = world.telephony.contacted.length;
      if (racing === undefined) await reach(two);
      else await racing;
      // What was at the provider's door as the block came may be through it; nothing begins after it.
      expect(world.telephony.contacted.length - before).toBeLessThanOrEqual(racing ? 1 : 0);
      const begun = (await one.events.readAll(acknowledged)).filter(
        ({ type }) => type === 'AuthenticationContactStarted',
      );
      expect(racing === undefined ? before : begun.length).toBe(0);
      contacts += world.telephony.contacted.length;
      await reach(one);
      expect(world.telephony.contacted.length).toBeLessThanOrEqual(1);
    }
    process.stderr.write(`SEC-39: ${contacts} calls or texts were through before their block\n`);
  },
  600_000,
);

test('SEC-39 SEC-44 an unreachable provider lets nobody in who was blocked meanwhile', async () => {
  const [node] = world.nodes;
  await runIn(
    'change-open',
    node.activities.change,
    {
      kind: 'configuration',
      origin,
      command: { type: 'changeSettings', changes: { whenDeliveryUnreachable: 'succeed' } },
    },
    'change-open',
  );
  const person = await callable(node, 'sms');
  const input = await openInput(node, person);
  const { contact } = await open(node, input);
  const answer = world.telephony.answer;
  world.telephony.answer = async () => {
    await changeUser(node, {
      who: { userId: person.userId },
      command: { type: 'block', blockId: 'late', reason: 'x' },
    });
    return { kind: 'refused', code: 'PROVIDER_ERROR', detail: 'down' };
  };
  try {
    const order = { requestId: input.requestId, reference: contact! };
    const stream = authenticationStream(input.requestId);
    const ended = await runIn(stream, node.activities.contactPerson, order);
    expect(ended.outcome?.code).toBe('USER_BLOCKED');
  } finally {
    world.telephony.answer = answer;
  }
}, 60_000);

test('H10-3 one answer to a push counts, also where two nodes get it in the same millisecond', async () => {
  const [one, two] = world.nodes;
  for (let round = 0; round < count(200); round += 1) {
    const { requestId, answer } = await pushed(one);
    const told = await Promise.all([
      answer(one, 'approve'),
      answer(two, round % 2 ? 'deny' : 'approve'),
    ]);
    expect(told.map((each) => each.answer).toSorted()).toEqual(['answered', 'recorded']);
    const facts = await one.events.readStream(authenticationStream(requestId));
    const answers = facts.filter(({ type }) => type === 'AuthenticationDeviceAnswered');
    expect(answers).toHaveLength(1);
    const ends = facts.filter(({ type }) => /^Authentication(Approved|Denied)$/.test(type));
    expect(ends).toHaveLength(1);
  }
}, 120_000);

test('H10-5 two equal requests five seconds apart are one push; one from elsewhere is not carried along', async () => {
  const [one, two] = world.nodes;
  const { person, requestId, answer } = await pushed(one);
  const { originKey } = await openInput(one, person, { requestId });
  world.clock.nowMs += 5_000;
  const equal = await openInput(two, person, { originKey });
  expect(await open(two, equal)).toMatchObject({ status: 'joined', leaderId: requestId });
  expect((await open(two, await openInput(two, person))).outcome?.code).toBe('THROTTLED');
  await answer(two, 'approve');
  const stream = authenticationStream(equal.requestId);
  const follow = { requestId: equal.requestId, leaderId: requestId };
  const followed = await runIn(stream, two.activities.followLeader, follow);
  expect(followed?.outcome?.code).toBe('APPROVED');
  const asked = (await one.events.readStream(userStream(person.userId))).filter(
    ({ type }) => type === 'UserChallengeOpened',
  );
  expect(asked).toHaveLength(1);
}, 60_000);

test('SEC-42 H10-3 a bypass that 100 logins at once find on two nodes lets one of them in', async () => {
  for (let round = 0; round < bypassRounds; round += 1) {
    const [one, two] = world.nodes;
    const person = await addTokenHolder(one);
    await changeUser(one, {
      who: { userId: person.userId },
      command: { type: 'createBypass', bypassId: `BY${round}`, seconds: 300, reason: 'lost phone' },
    });
    const inputs = await Promise.all(Array.from({ length: 100 }, () => openInput(one, person)));
    const ends = await Promise.all(
      inputs.map(async (input, index) => await open(index % 2 === 0 ? one : two, input)),
    );
    const letIn = ends.filter(({ outcome }) => outcome?.code === 'BYPASSED');
    expect(letIn).toHaveLength(1);
    expect(
      ends.filter(({ outcome }) => outcome?.state === 'approved' || outcome?.state === 'skipped'),
    ).toHaveLength(1);
    const facts = await one.events.readStream(userStream(person.userId));
    expect(facts.filter(({ type }) => type === 'BypassUsed')).toHaveLength(1);
  }
}, 3_600_000);
