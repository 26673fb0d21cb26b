import { beforeAll, describe, expect, test } from '@jest/globals';
import type { CallEvent, VoiceScript } from '../../../domain/voice.ts';
import type { Behaviour } from '../../../phonenet/behaviour.ts';
import { isLive } from '../../../phonenet/records.ts';
import {
  contactFor,
  fromNumber,
  newNumber,
  now,
  providerAt,
  telephonyOf,
} from '../../adapters/telephony/support.ts';
import { until } from '../../e2e/support/until.ts';
import { phoneNetwork } from '../../phonenet/support.ts';
import { frontEnd, goodbye, script } from './support.ts';

/* Whole calls: our adapter places them, the network rings, our front end says what comes next. */

let network: Awaited<ReturnType<typeof phoneNetwork>>;
beforeAll(async () => {
  network = await phoneNetwork();
});

const pin: VoiceScript = script({
  lines: [{ kind: 'message', message: 'greetingPin' }],
  next: { kind: 'untilPound', maxDigits: 10, timeoutSeconds: 5 },
});

describe.each(['twilio', 'http'] as const)('a call through a provider of type %s', (type) => {
  const ring = async (
    behaviour: Partial<Behaviour>,
    next: (event: CallEvent) => VoiceScript = (event) =>
      event.kind === 'answered' ? script() : goodbye,
  ) => {
    const provider = providerAt(network, type);
    const front = await frontEnd({ providers: [provider], next });
    const to = newNumber();
    await network.phones.set(to, behaviour);
    const contact = contactFor(to, 'call');
    const telephony = telephonyOf([provider], { publicUrl: () => front.url });
    expect(await telephony.contact(contact, false, now())).toMatchObject({ kind: 'accepted' });
    const over = async () => {
      const call = await until('the call to end', async () =>
        (await network.phones.log(to)).calls.find((candidate) => !isLive(candidate)),
      );
      await until('its end to be told', () => front.calls.at(-1)?.event.kind === 'ended');
      return call;
    };
    return { contact, front, to, over };
  };
  const eventsOf = ({ calls }: { calls: readonly { event: CallEvent }[] }) =>
    calls.map(({ event }) => event);

  test('is answered, hears the greeting, presses # and hears the last word', async () => {
    const { contact, front, over } = await ring({ keys: '#' });
    const call = await over();
    expect(call).toMatchObject({ status: 'completed', from: fromNumber });
    expect(call.lines).toEqual([
      {
        kind: 'heard',
        text: 'Hello. This is the sign-in verification for Payroll. Please press the pound key to finish signing in.',
        language: 'en-US',
      },
      { kind: 'typed', keys: '#' },
      { kind: 'heard', text: 'You are verified. Goodbye.', language: 'en-US' },
    ]);
    expect(front.calls).toEqual([
      {
        requestId: contact.requestId,
        which: 'primary',
        eventId: `${call.sid}/0/answered`,
        event: { kind: 'answered', by: 'person' },
      },
      {
        requestId: contact.requestId,
        which: 'primary',
        eventId: `${call.sid}/1/keys`,
        event: { kind: 'keys', digits: '#' },
      },
      {
        requestId: contact.requestId,
        which: 'primary',
        eventId: `${call.sid}/end`,
        event: { kind: 'ended', reason: 'completed' },
      },
    ]);
  });

  test('takes a PIN of any length up to #, and every key at once elsewhere', async () => {
    const { front, over } = await ring({ keys: '1234567890#1' }, (event) => {
      if (event.kind === 'answered') return pin;
      return event.kind === 'keys' && event.digits.length > 1 ? script() : goodbye;
    });
    await over();
    expect(eventsOf(front)).toMatchObject([
      { kind: 'answered' },
      { kind: 'keys', digits: '1234567890' },
      { kind: 'keys', digits: '1' },
      { kind: 'ended' },
    ]);
  });

  test('hears of silence, and asks again', async () => {
    let silences = 0;
    const { front, over } = await ring({}, (event) => {
      if (event.kind === 'silence') silences += 1;
      return silences > 1 ? goodbye : script();
    });
    await over();
    expect(front.calls.map(({ eventId }) => eventId.split('/').slice(1).join('/'))).toEqual([
      '0/answered',
      '1/silence',
      '2/silence',
      'end',
    ]);
  });

  test.each([
    [{ answer: 'busy' }, 'busy'],
    [{ answer: 'noAnswer' }, 'noAnswer'],
    [{ answer: 'failed' }, 'failed'],
    [{ answer: 'voicemail' }, 'voicemail'],
    [{ hangUp: true }, 'completed'],
  ] as const)('to a phone that does %j ends as %s', async (behaviour, reason) => {
    const { front, over } = await ring(behaviour);
    await over();
    expect(eventsOf(front).at(-1)).toEqual({ kind: 'ended', reason });
    if (reason === 'voicemail')
      expect(eventsOf(front)[0]).toEqual({ kind: 'answered', by: 'machine' });
  });

  test('can be answered by somebody who presses keys later', async () => {
    const { front, to, over } = await ring({}, (event) =>
      event.kind === 'answered' ? script({ next: { kind: 'key', timeoutSeconds: 600 } }) : goodbye,
    );
    await until('the call to be answered', () => front.calls.length === 1);
    await until('a live call', () =>
      network.phones.press(to, '0').then(
        () => true,
        () => false,
      ),
    );
    await over();
    expect(eventsOf(front)[1]).toEqual({ kind: 'keys', digits: '0' });
  });

  test('whose callbacks come twice has each event under one name', async () => {
    const { front, over } = await ring({ keys: '#', repeatCallbacks: true });
    await over();
    await until('all of them', () => front.calls.length === 6);
    expect(new Set(front.calls.map(({ eventId }) => eventId)).size).toBe(3);
  });

  test('speaks German to whom it should, and reads digits out one by one', async () => {
    const { over } = await ring({}, () => ({
      language: 'de-AT',
      application: 'Löhne & Gehälter',
      lines: [
        { kind: 'message', message: 'greetingStandard' },
        { kind: 'digits', digits: '1024' },
      ],
      next: { kind: 'hangUp' },
    }));
    expect((await over()).lines).toEqual([
      {
        kind: 'heard',
        text: 'Guten Tag. Dies ist die Anmeldeprüfung für Löhne & Gehälter. Bitte drücken Sie die Rautetaste, um die Anmeldung abzuschließen.',
        language: 'de-AT',
      },
      { kind: 'heard', text: '1, 0, 2, 4', language: 'de-AT' },
    ]);
  });

  test('brings a text that the phone sends', async () => {
    const provider = providerAt(network, type);
    const front = await frontEnd({ providers: [provider] });
    const [phone, own] = [newNumber(), newNumber()];
    const textsUrl = `${front.url}/telephony/${provider.providerId}/texts`;
    await network.phones.textsGoTo(own, textsUrl, type === 'twilio' ? 'twilio' : 'gateway');
    await network.phones.text(phone, own, '123456 & 1');
    expect(front.texts).toEqual([
      { from: phone, body: '123456 & 1', messageId: expect.stringMatching(/^SM/) },
    ]);
  });
});
