import { createHash, webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  answerText,
  decisionOf,
  isPublicKey,
  isSigned,
  newDeviceKey,
  readPrivateKey,
  signText,
  writePrivateKey,
  type AnswerToSign,
  type DeviceKey,
} from '../../domain/deviceKeys.ts';
import { bytesOf, readShownContext, shownPush } from '../../domain/shownPush.ts';

const { subtle } = webcrypto;
let key: DeviceKey;
beforeAll(async () => void (key = await newDeviceKey(subtle)));

const answer: AnswerToSign = {
  guid: 'c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21',
  deviceId: '70c1d5de-8f0e-4a57-9a0b-1c2e3d4f5a6b',
  decision: 'approve',
  number: '42',
  shown: { applicationName: 'VPN', accountName: 'Example Org' },
};

describe('SEC-49 what a device signs', () => {
  test('is one text, which other programs can make too', async () => {
    const text = await answerText(subtle, answer);
    const shown = createHash('sha256').update('["","","VPN","Example Org"]').digest('hex');
    expect(text).toBe(
      [
        'countersign push answer 1',
        'request c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21',
        'device 70c1d5de-8f0e-4a57-9a0b-1c2e3d4f5a6b',
        'decision approve',
        'number 42',
        `shown ${shown}`,
        'token same',
      ].join('\n'),
    );
  });

  test('differs wherever the answer differs', async () => {
    const others: readonly Partial<AnswerToSign>[] = [
      {},
      { guid: '5b0c6a52-7d1e-4f7b-9c55-0f3a1d2e8b44' },
      { deviceId: '11c1d5de-8f0e-4a57-9a0b-1c2e3d4f5a6b' },
      { decision: 'deny' },
      { decision: 'changePin' },
      { number: '43' },
      { number: undefined },
      { shown: { applicationName: 'VPN' } },
      { shown: { applicationName: 'Payroll', accountName: 'Example Org' } },
      { shown: { ...answer.shown, contextTitle: 'Pay 100' } },
      { shown: { ...answer.shown, contextDetails: '{"To":"Bob"}' } },
      { newTokenHash: 'ab'.repeat(32) },
    ];
    const texts = await Promise.all(
      others.map(async (other) => await answerText(subtle, { ...answer, ...other })),
    );
    expect(new Set(texts).size).toBe(others.length);
    expect(await answerText(subtle, { ...answer, number: '' })).toBe(
      await answerText(subtle, { ...answer, number: undefined }),
    );
  });

  test('tells an approval from a check and from a change of the PIN', () => {
    expect(decisionOf({ answer: 'approve' })).toBe('approve');
    expect(decisionOf({ answer: 'fraud', authenticate: true })).toBe('fraud');
    expect(decisionOf({ answer: 'approve', authenticate: false })).toBe('checkPin');
    expect(decisionOf({ answer: 'approve', changesPin: true })).toBe('changePin');
    expect(decisionOf({ answer: 'approve', changesPin: true, authenticate: false })).toBe(
      'changePinOnly',
    );
  });
});

describe('SEC-49 the key of a device', () => {
  test('signs, and cannot be taken out where it need not be kept in a file', async () => {
    const signature = await signText(subtle, key.privateKey, 'text');
    const { publicKey } = key;
    expect(await isSigned(subtle, { publicKey, text: 'text', signature })).toBe(true);
    expect(await isSigned(subtle, { publicKey, text: 'other', signature })).toBe(false);
    await expect(writePrivateKey(subtle, key)).rejects.toThrow('not extractable');
  });

  test('is read again from where the terminal keeps it', async () => {
    const made = await newDeviceKey(subtle, true);
    const again = await readPrivateKey(subtle, await writePrivateKey(subtle, made));
    const signature = await signText(subtle, again, 'text');
    const { publicKey } = made;
    expect(await isSigned(subtle, { publicKey, text: 'text', signature })).toBe(true);
  });

  test('that is none signs nothing', async () => {
    const signature = await signText(subtle, key.privateKey, 'text');
    const offCurve = `BA${'A'.repeat(85)}`;
    for (const publicKey of ['', 'x', offCurve, key.publicKey.slice(1), `${key.publicKey}A`]) {
      expect(await isPublicKey(subtle, publicKey)).toBe(false);
      expect(await isSigned(subtle, { publicKey, text: 'text', signature })).toBe(false);
    }
    const { publicKey } = key;
    for (const none of [undefined, '', 'A'.repeat(86), signature.slice(1), `${signature}=`, '!'])
      expect(await isSigned(subtle, { publicKey, text: 'text', signature: none })).toBe(false);
  });
});

describe('what a push shows', () => {
  test('is cut to what fits, and details are shown whole or not at all', () => {
    const long = { To: '\u{1F4A9}'.repeat(500) };
    const asked = { application: 'VPN', account: 'Org', context: { title: 'T', details: long } };
    expect(shownPush(asked)).toEqual({
      contextTitle: 'T',
      applicationName: 'VPN',
      accountName: 'Org',
    });
    const details = Object.fromEntries(
      Array.from({ length: 7 }, (_, pair) => [`field ${pair}`, 'x'.repeat(200)]),
    );
    const shown = shownPush({ ...asked, context: { details } });
    expect(JSON.parse(shown.contextDetails ?? '')).toEqual(details);
    expect(bytesOf(shown)).toBeLessThan(2_000);
  });

  test('is nothing where the sealed text cannot be read', () => {
    for (const text of ['', 'null', '1', '{']) expect(readShownContext(text)).toEqual({});
    expect(readShownContext('{"title":"T"}')).toEqual({ title: 'T' });
  });
});
