import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { turnOf } from '../../../api/telephony/call.ts';
import { gatewayScript } from '../../../api/telephony/gateway.ts';
import { spokenLines } from '../../../api/telephony/spoken.ts';
import { emptyTwiml, twiml } from '../../../api/telephony/twiml.ts';
import { builtInText } from '../../../api/telephony/voiceTexts.ts';
import type { TelephonyQueries } from '../../../api/facade/telephony.ts';
import { voiceMessageTypes } from '../../../domain/items/telephony.ts';
import type { VoiceScript } from '../../../domain/voice.ts';
import { frontEnd, goodbye, requestId, script } from './support.ts';

const queries: TelephonyQueries = {
  telephonyProviders: async () => [],
  recording: async (message, language, application) =>
    message === 'fraudConfirmation' && language === 'de' && application === 'Payroll'
      ? { audio: 'ab'.repeat(32), contentType: 'audio/mpeg' }
      : undefined,
};
const call = {
  requestId,
  which: 'primary',
  step: 3,
  silent: false,
  url: 'https://mfa.example.com/telephony/p/calls/R/primary',
} as const;
const spoken = (of: VoiceScript) =>
  spokenLines(of, queries, 'https://mfa.example.com/telephony/recordings');
const written = async (of: VoiceScript): Promise<string> =>
  twiml(turnOf(call, of), await spoken(of));

const head = '<?xml version="1.0" encoding="UTF-8"?>';
const next = `${call.url}/voice?step=4`;

describe('instructions', () => {
  test('for one key hand in every key at once, # too', async () => {
    expect(await written(script())).toBe(
      `${head}<Response><Gather input="dtmf" numDigits="1" finishOnKey="" timeout="5" action="${next}" method="POST">` +
        '<Say language="en-US">Hello. This is the sign-in verification for Payroll. Please press the pound key to finish signing in.</Say>' +
        `</Gather><Redirect method="POST">${next}&amp;silence=1</Redirect></Response>`,
    );
  });

  test('for keys up to # leave room for it behind the longest answer', async () => {
    const asked = script({
      lines: [{ kind: 'message', message: 'retryPin' }],
      next: { kind: 'untilPound', maxDigits: 10, timeoutSeconds: 15 },
    });
    expect(await written(asked)).toBe(
      `${head}<Response><Gather input="dtmf" numDigits="11" finishOnKey="#" timeout="15" action="${next}" method="POST">` +
        '<Say language="en-US">That was not right. Please enter your PIN, and then press the pound key.</Say>' +
        `</Gather><Redirect method="POST">${next}&amp;silence=1</Redirect></Response>`,
    );
  });

  test('for the end say the last word and hang up', async () => {
    expect(await written(goodbye)).toBe(
      `${head}<Response><Say language="en-US">You are verified. Goodbye.</Say><Hangup/></Response>`,
    );
    expect(await written({ ...goodbye, lines: [] })).toBe(`${head}<Response><Hangup/></Response>`);
    expect(emptyTwiml).toBe(`${head}<Response/>`);
  });

  test('for an extension read it out', async () => {
    const asked = script({
      lines: [
        { kind: 'message', message: 'beforeDigits' },
        { kind: 'digits', digits: '10#4' },
        { kind: 'message', message: 'afterDigits' },
      ],
    });
    expect(await written(asked)).toContain(
      '<Say language="en-US">The extension is</Say><Say language="en-US">1, 0, #, 4</Say>',
    );
  });

  test('play a recording where there is one in the language', async () => {
    const asked = script({
      lines: [{ kind: 'message', message: 'fraudConfirmation' }],
      language: 'de-CH',
    });
    expect(await written(asked)).toContain(
      `<Play>https://mfa.example.com/telephony/recordings/${'ab'.repeat(32)}.mp3</Play>`,
    );
    expect(await written({ ...asked, application: 'Other' })).toContain(
      '<Say language="de-CH">Sie melden, dass',
    );
  });

  test('keep the name of an application text', async () => {
    const asked = script({ application: '</Say><Dial>+1900</Dial> $& {application}' });
    expect(await written(asked)).toContain(
      'for &lt;/Say&gt;&lt;Dial&gt;+1900&lt;/Dial&gt; $&amp; {application}. Please',
    );
  });

  test('for a gateway say the same in JSON', async () => {
    const pin = script({ next: { kind: 'untilPound', maxDigits: 10, timeoutSeconds: 15 } });
    expect(gatewayScript(turnOf(call, pin), await spoken(pin))).toEqual({
      lines: [{ say: expect.stringMatching(/^Hello/), language: 'en-US' }],
      next: { kind: 'untilPound', maxDigits: 10, timeoutSeconds: 15, url: next },
    });
    expect(gatewayScript(turnOf(call, goodbye), [])).toEqual({
      lines: [],
      next: { kind: 'hangUp' },
    });
  });
});

describe('built-in texts', () => {
  test('are there for every message in English and German, and English for everybody else', () => {
    for (const message of voiceMessageTypes) {
      const [english, german, other] = ['en-GB', 'de', 'fr-FR'].map((language) =>
        builtInText(message, language, 'Payroll'),
      );
      expect([english?.length, german?.length].every((length) => Number(length) > 10)).toBe(true);
      expect(german).not.toBe(english);
      expect(other).toBe(english);
      expect(`${english}${german}`).not.toContain('{');
    }
  });
});

describe('recordings', () => {
  const audio = Buffer.from('RIFF....WAVE');
  const hash = createHash('sha256').update(audio).digest('hex');

  test('come by their hash with their kind', async () => {
    const { url, folder } = await frontEnd();
    writeFileSync(join(folder, hash), audio);
    const answer = await fetch(`${url}/telephony/recordings/${hash}.wav`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(audio);
  });

  test('that nobody knows, or that are not what they say, are not there', async () => {
    const { url, folder, errors } = await frontEnd();
    const wrong = 'cd'.repeat(32);
    writeFileSync(join(folder, wrong), audio);
    writeFileSync(join(folder, 'secret'), audio);
    for (const name of [
      `${hash}.wav`,
      `${wrong}.wav`,
      `${wrong}.exe`,
      wrong,
      'secret',
      'secret.wav',
      '..%2fsecret.wav',
      `..%2f${wrong}.wav`,
    ])
      expect((await fetch(`${url}/telephony/recordings/${name}`)).status).toBe(404);
    expect(errors).toEqual([]);
  });
});
