import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authenticationStream } from '../../domain/ids.ts';
import type { AnswerPush } from '../../domain/inputs.ts';
import { count, seed } from '../support/profile.ts';
import { below, pick, randomOf } from '../support/fuzz.ts';
import {
  activate,
  addPerson,
  changeUser,
  open,
  openInput,
  type Person,
  type Phone,
} from './people.ts';
import { openWorld, otp, runIn, type Node, type World } from './world.ts';

let world: World;
let node: Node;
beforeAll(async () => {
  world = await openWorld();
  [node] = world.nodes;
});
afterAll(async () => await world.close());

type Push = {
  readonly requestId: string;
  readonly person: Person;
  readonly phone: Phone;
  readonly guid: string;
  readonly oathCounter: string;
};

const push = async (): Promise<Push> => {
  const person = await addPerson(node);
  const phone = await activate(node, world, person);
  const input = await openInput(node, person);
  await open(node, input);
  const { requestId } = input;
  const facts = await node.events.readStream(authenticationStream(requestId));
  const sent = facts.find((fact) => fact.type === 'AuthenticationChallengeSent')!;
  const { guid, oathCounter } = sent.data.devices[0]!;
  return { requestId, person, phone, guid, oathCounter };
};

const answer = async (
  { requestId }: Push,
  more: Omit<AnswerPush, 'answer'> & { answer?: AnswerPush['answer'] },
  step = randomUUID(),
) =>
  await runIn(authenticationStream(requestId), node.activities.answerAttempt, {
    requestId,
    step,
    answer: 'approve',
    ...more,
  });

describe('SEC-46 an answer to a push', () => {
  test('SEC-46 counts from no device but the one it was sent to, whatever is put together', async () => {
    const mine = await push();
    const other = await push();
    const random = randomOf(seed);
    const hash = () => createHash('sha256').update(String(random())).digest('hex');
    const flipped = (text: string) => {
      const at = below(random, text.length);
      return `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
    };
    const proof = otp.proofOf(mine.person.seed, mine.oathCounter);
    const wrongGuids = [
      () => other.guid,
      () => flipped(mine.guid),
      randomUUID,
      () => '',
      () => mine.guid.toUpperCase(),
      () => mine.phone.deviceId,
    ];
    const wrongTokens = [
      () => other.phone.tokenHash,
      () => flipped(mine.phone.tokenHash),
      hash,
      () => '',
      () => mine.phone.tokenHash.toUpperCase(),
    ];
    const wrongProofs = [
      () => otp.proofOf(other.person.seed, mine.oathCounter),
      () => otp.proofOf(mine.person.seed, other.oathCounter),
      hash,
      () => ' ',
      () => proof.slice(1),
      () => `${proof}0`,
    ];
    const before = await node.events.head();
    // Each step reads two streams from disk; a tenth of the figure keeps the long profile within minutes.
    for (let round = 0; round < count(100_000); round += 1) {
      const wrong = 1 + below(random, 7);
      const taken = await answer(mine, {
        guid: wrong & 1 ? pick(random, wrongGuids)() : mine.guid,
        tokenHash: wrong & 2 ? pick(random, wrongTokens)() : mine.phone.tokenHash,
        ...(wrong & 4 ? { proof: pick(random, wrongProofs)() } : {}),
        answer: pick(random, ['approve', 'deny', 'fraud']),
        newTokenHash: 'taken over',
      });
      if (taken.answer !== 'notOpen' || taken.progress.status !== 'awaiting-user')
        throw new Error(`round ${round} was accepted: ${JSON.stringify(taken)}`);
    }
    expect(await node.events.head()).toBe(before);
    const { answer: told } = await answer(mine, {
      guid: mine.guid,
      tokenHash: mine.phone.tokenHash,
      proof,
    });
    expect(told).toBe('recorded');
  }, 900_000);

  test('SEC-46 needs no proof, but one that is given must be right', async () => {
    const { seed: secret } = (await push()).person;
    expect(secret).toHaveLength(32);
    const first = await push();
    const right = { guid: first.guid, tokenHash: first.phone.tokenHash };
    expect((await answer(first, { ...right, proof: '' })).answer).toBe('recorded');
    const second = await push();
    const lower = otp.proofOf(second.person.seed, second.oathCounter).toLowerCase();
    expect(
      (await answer(second, { guid: second.guid, tokenHash: second.phone.tokenHash, proof: lower }))
        .answer,
    ).toBe('recorded');
  });

  test('SEC-48 counts no more from a device that was removed meanwhile', async () => {
    const sent = await push();
    const command = {
      type: 'removeDevice',
      deviceId: sent.phone.deviceId,
      reason: 'removed',
    } as const;
    await changeUser(node, { who: { userId: sent.person.userId }, command });
    expect((await answer(sent, { guid: sent.guid, tokenHash: sent.phone.tokenHash })).answer).toBe(
      'notOpen',
    );
  });

  test('at its deadline or later counts no more and changes no token', async () => {
    const sent = await push();
    const before = await node.events.head();
    world.clock.nowMs += 60_000;
    const late = await answer(sent, {
      guid: sent.guid,
      tokenHash: sent.phone.tokenHash,
      newTokenHash: 'new',
    });
    expect(late).toMatchObject({ answer: 'answered', progress: { status: 'awaiting-user' } });
    expect(await node.events.head()).toBe(before);
  });

  test('brings a new device token along if it counts, but not with fraud', async () => {
    const changes = async (given: AnswerPush['answer'], newTokenHash?: string) => {
      const sent = await push();
      await answer(sent, {
        guid: sent.guid,
        tokenHash: sent.phone.tokenHash,
        answer: given,
        ...(newTokenHash ? { newTokenHash } : { newTokenHash: sent.phone.tokenHash }),
      });
      const facts = await node.events.readStream(`user-${sent.person.userId}`);
      return facts.flatMap((fact) =>
        fact.type === 'DeviceTokenChanged' ? [fact.data.tokenHash] : [],
      );
    };
    expect(await changes('approve', 'new')).toEqual(['new']);
    expect(await changes('deny', 'new')).toEqual(['new']);
    expect(await changes('fraud', 'new')).toEqual([]);
    expect(await changes('approve')).toEqual([]);
  });
});
