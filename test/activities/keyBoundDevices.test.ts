import { randomUUID, webcrypto } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  answerText,
  isSigned,
  newDeviceKey,
  signText,
  type AnswerToSign,
  type DeviceKey,
} from '../../domain/deviceKeys.ts';
import { authenticationStream } from '../../domain/ids.ts';
import { systemActor, type AnswerPush } from '../../domain/inputs.ts';
import type { Settings } from '../../domain/settings.ts';
import { below, pick, randomOf } from '../support/fuzz.ts';
import { count, seed } from '../support/profile.ts';
import { activate, addPerson, open, openInput, sealForRequest, type Phone } from './people.ts';
import { openWorld, runIn, type Node, type World } from './world.ts';

const { subtle } = webcrypto;
let world: World;
let node: Node;
let key: DeviceKey;
beforeAll(async () => {
  world = await openWorld();
  [node] = world.nodes;
  key = await newDeviceKey(subtle);
});
afterAll(async () => await world.close());

type Push = { readonly requestId: string; readonly phone: Phone; readonly guid: string };

const context = { title: 'Payment', details: { Amount: '100', To: 'Bob' } };
const shown = {
  applicationName: 'VPN',
  accountName: '',
  contextTitle: 'Payment',
  contextDetails: '{"Amount":"100","To":"Bob"}',
};

/** One request to somebody with these devices. */
const pushes = async (devices: readonly { publicKey?: string }[]): Promise<readonly Push[]> => {
  const person = await addPerson(node);
  const phones: Phone[] = [];
  for (const device of devices) phones.push(await activate(node, world, person, device));
  const input = await openInput(node, person);
  const { requestId } = input;
  const sealed = await sealForRequest(node, requestId, 'context', JSON.stringify(context));
  await open(node, { ...input, context: sealed });
  const facts = await node.events.readStream(authenticationStream(requestId));
  const sent = facts.find((fact) => fact.type === 'AuthenticationChallengeSent')!;
  return sent.data.devices.map(({ deviceId, guid }) => ({
    requestId,
    guid,
    phone: phones.find((phone) => phone.deviceId === deviceId)!,
  }));
};

const push = async (publicKey?: string): Promise<Push> =>
  (await pushes([publicKey === undefined ? {} : { publicKey }]))[0]!;

const changeSettings = async (changes: Partial<Settings>): Promise<void> => {
  const command = { type: 'changeSettings', changes } as const;
  const change = { kind: 'configuration', command, origin: { actor: systemActor } } as const;
  await runIn('change-settings', node.activities.change, change, randomUUID());
};

const answer = async ({ requestId, phone, guid }: Push, more: Partial<AnswerPush>) =>
  await runIn(authenticationStream(requestId), node.activities.answerAttempt, {
    requestId,
    step: randomUUID(),
    guid,
    tokenHash: phone.tokenHash,
    answer: 'approve',
    ...more,
  });

const signatureOf = async (
  { phone, guid }: Push,
  more: Partial<AnswerToSign> = {},
  by: DeviceKey = key,
): Promise<string> => {
  const { deviceId } = phone;
  const plain = { guid, deviceId, decision: 'approve', number: undefined, shown } as const;
  return await signText(subtle, by.privateKey, await answerText(subtle, { ...plain, ...more }));
};

const answered = async ({ requestId }: Push) =>
  (await node.events.readStream(authenticationStream(requestId))).find(
    (fact) => fact.type === 'AuthenticationDeviceAnswered',
  );

describe('SEC-49 a device with a key', () => {
  test('SEC-49 is believed by its signature alone, which stays on record for an auditor', async () => {
    const sent = await push(key.publicKey);
    expect(await answer(sent, {})).toMatchObject({ answer: 'notOpen' });
    const signature = await signatureOf(sent);
    expect(await answer(sent, { signature })).toMatchObject({ answer: 'recorded' });
    const fact = await answered(sent);
    expect(fact?.data).toMatchObject({ answer: 'approve', form: 'plain', signed: { signature } });
    const { text } = fact!.data.signed!;
    expect(text).toContain(`request ${sent.guid}\ndevice ${sent.phone.deviceId}\n`);
    expect(await isSigned(subtle, { publicKey: key.publicKey, text, signature })).toBe(true);
  });

  test('SEC-49 replay, swap, altered context, another key, none: 0 accepted', async () => {
    const mine = await push(key.publicKey);
    const other = await push(key.publicKey);
    const foreign = await newDeviceKey(subtle);
    const random = randomOf(seed);
    const good = await signatureOf(mine);
    const wrong: readonly (() => Promise<Partial<AnswerPush>>)[] = [
      // Replayed from another request, of this key too.
      async () => ({ signature: await signatureOf(other) }),
      async () => ({ signature: await signatureOf(mine, { guid: other.guid }) }),
      async () => ({ signature: await signatureOf(mine, { deviceId: other.phone.deviceId }) }),
      // Swapped: signed for one decision, sent with another.
      async () => ({ signature: good, answer: pick(random, ['deny', 'fraud']) }),
      async () => ({ signature: await signatureOf(mine, { decision: 'deny' }) }),
      async () => ({ signature: await signatureOf(mine, { decision: 'checkPin' }) }),
      async () => ({ signature: good, authenticate: false }),
      // Shown something else.
      async () => ({ signature: await signatureOf(mine, { shown: {} }) }),
      async () => {
        const details = `{"Amount":"${100 + below(random, 900) + 1}","To":"Bob"}`;
        return {
          signature: await signatureOf(mine, { shown: { ...shown, contextDetails: details } }),
        };
      },
      async () => {
        const { contextDetails: _, ...rest } = shown;
        return { signature: await signatureOf(mine, { shown: rest }) };
      },
      // A number that nobody signed, and a token likewise.
      async () => ({
        signature: good,
        number: await sealForRequest(node, mine.requestId, 'number', '42'),
      }),
      async () => ({ signature: good, newTokenHash: 'taken over' }),
      // Another device's key, a broken signature, none.
      async () => ({ signature: await signatureOf(mine, {}, foreign) }),
      async () => {
        const at = below(random, 80);
        return {
          signature: `${good.slice(0, at)}${good[at] === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`,
        };
      },
      async () => ({ signature: '' }),
      async () => ({}),
    ];
    const before = await node.events.head();
    for (let round = 0; round < count(10_000); round += 1) {
      const more = await wrong[round % wrong.length]!();
      const taken = await answer(mine, more);
      if (taken.answer !== 'notOpen' || taken.progress.status !== 'awaiting-user')
        throw new Error(`round ${round} was accepted: ${JSON.stringify({ more, taken })}`);
    }
    expect(await node.events.head()).toBe(before);
    expect(await answer(mine, { signature: good })).toMatchObject({ answer: 'recorded' });
  }, 300_000);

  test('SEC-49 takes a new token along only if that was signed as well', async () => {
    const sent = await push(key.publicKey);
    const newTokenHash = 'ab'.repeat(32);
    const signature = await signatureOf(sent, { newTokenHash });
    expect(await answer(sent, { signature, newTokenHash })).toMatchObject({ answer: 'recorded' });
  });

  test('SEC-49 activated again without a key is a new device; the old one still has to sign', async () => {
    await changeSettings({ deviceLimit: 2 });
    const [bound, plain] = await pushes([{ publicKey: key.publicKey }, {}]);
    expect(plain!.phone.deviceId).not.toBe(bound!.phone.deviceId);
    const { tokenHash } = plain!.phone;
    expect(await answer(bound!, {})).toMatchObject({ answer: 'notOpen' });
    expect(await answer(bound!, { tokenHash })).toMatchObject({ answer: 'notOpen' });
    expect(await answer(plain!, {})).toMatchObject({ answer: 'recorded' });
  });

  test('phones without a key go on as they are, whatever they send beside', async () => {
    const plain = await push();
    expect(await answer(plain, { signature: 'A'.repeat(86) })).toMatchObject({
      answer: 'recorded',
    });
    expect((await answered(plain))?.data).not.toHaveProperty('signed');
  });
});
