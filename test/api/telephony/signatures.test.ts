import { describe, expect, test } from '@jest/globals';
import { request as requestPlain } from 'node:http';
import { randomBytes } from 'node:crypto';
import twilio from 'twilio';
import { record, string, property, assert } from 'fast-check';
import {
  expectedGatewaySignature,
  expectedTwilioSignature,
  isTwilioSignature,
} from '../../../api/telephony/signatures.ts';
import { gatewaySignature, twilioSignature } from '../../../phonenet/post.ts';
import { providerAt } from '../../adapters/telephony/support.ts';
import { count, seed } from '../../support/profile.ts';
import { frontEnd, requestId } from './support.ts';

const secret = 'a secret of the account';
const network = {
  url: 'http://127.0.0.1:9',
  gatewayUrl: 'http://127.0.0.1:9',
  account: `AC${'1'.repeat(32)}`,
  secret,
};
const providers = [providerAt(network, 'twilio'), providerAt(network, 'http')];
const voice = (provider: string, query = '?step=0'): string =>
  `/telephony/${provider}/calls/${requestId}/primary/voice${query}`;
const form = { CallSid: 'CA1', AnsweredBy: 'human', CallStatus: 'in-progress' };

type Sent = {
  readonly path: string;
  readonly body: string;
  readonly headers?: Record<string, string>;
};
const post = (url: string, { path, body, headers = {} }: Sent): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', body, headers });
const twilioPost = (parameters: Record<string, string>, signature: string): Sent => ({
  path: voice('twilio-1'),
  body: new URLSearchParams(parameters).toString(),
  headers: {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-twilio-signature': signature,
  },
});

describe('signatures', () => {
  test('are those of the official client, and the network signs as we check', () => {
    assert(
      property(
        string(),
        record({ Digits: string(), From: string(), Body: string() }),
        (key, data) => {
          const url = 'https://mfa.example.com/telephony/a/texts?step=1';
          const expected = twilio.validateRequest(
            key,
            expectedTwilioSignature(key, url, new Map(Object.entries(data))),
            url,
            data,
          );
          expect(expected).toBe(true);
          expect(twilioSignature(key, url, data)).toBe(
            expectedTwilioSignature(key, url, new Map(Object.entries(data))),
          );
          const parts = { timestamp: '1', url, body: data.Body };
          expect(gatewaySignature(key, parts)).toBe(expectedGatewaySignature(key, parts));
        },
      ),
      { numRuns: count(2_000), seed },
    );
  });

  test('count with and without the port of the address', () => {
    const parameters = new Map([['a', 'b']]);
    for (const [told, signed] of [
      ['https://mfa.example.com/x', 'https://mfa.example.com:443/x'],
      ['https://mfa.example.com:8443/x', 'https://mfa.example.com/x'],
    ] as const)
      expect(
        isTwilioSignature(expectedTwilioSignature(secret, signed, parameters), {
          secret,
          url: told,
          parameters,
        }),
      ).toBe(true);
  });

  test('an empty secret proves nothing', () => {
    const signed = {
      secret: '',
      url: 'https://a.example/x',
      parameters: new Map<string, string>(),
    };
    const given = expectedTwilioSignature('', signed.url, signed.parameters);
    expect(isTwilioSignature(given, signed)).toBe(false);
  });
});

describe('a callback', () => {
  test('with the right signature is heard', async () => {
    const front = await frontEnd({ providers });
    const url = `${front.url}${voice('twilio-1')}`;
    const answer = await post(front.url, twilioPost(form, twilioSignature(secret, url, form)));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/xml; charset=utf-8',
    ]);
    expect(front.calls).toHaveLength(1);
  });

  test('that is not signed, or signed for something else, is refused and not heard', async () => {
    const front = await frontEnd({ providers });
    const url = `${front.url}${voice('twilio-1')}`;
    const right = twilioSignature(secret, url, form);
    const attempts: readonly Sent[] = [
      { path: voice('twilio-1'), body: '' },
      { path: voice('nobody'), body: '' },
      { path: voice('http-1'), body: '{}' },
      twilioPost(form, ''),
      twilioPost(form, twilioSignature('another secret', url, form)),
      twilioPost({ ...form, Digits: '#' }, right),
      { ...twilioPost(form, right), path: voice('twilio-1', '?step=1') },
      { ...twilioPost(form, right), path: voice('twilio-1').replace('primary', 'backup') },
      { ...twilioPost(form, right), path: voice('http-1') },
      // Malformed in other ways, too: the signature comes first.
      { ...twilioPost(form, right), path: voice('twilio-1').replace(requestId, 'x') },
      {
        ...twilioPost(form, right),
        body: `${new URLSearchParams(form).toString()}&CallSid=CA2`,
      },
    ];
    for (const attempt of attempts) expect((await post(front.url, attempt)).status).toBe(403);
    for (let round = 0; round < count(1_000); round += 1) {
      const guess = randomBytes(20).toString('base64');
      expect((await post(front.url, twilioPost(form, guess))).status).toBe(403);
    }
    expect([front.calls, front.errors]).toEqual([[], []]);
  });

  test('of a gateway is refused when it is old, from the future, or for another address', async () => {
    const nowMs = 1_800_000_000_000;
    const front = await frontEnd({ providers, clock: () => nowMs });
    const body = JSON.stringify({ callId: 'a', event: { kind: 'answered', by: 'person' } });
    const send = (timestamp: string, signedFor = voice('http-1')) =>
      post(front.url, {
        path: voice('http-1'),
        body,
        headers: {
          'content-type': 'application/json',
          'x-gateway-timestamp': timestamp,
          'x-gateway-signature': gatewaySignature(secret, {
            timestamp,
            url: `${front.url}${signedFor}`,
            body,
          }),
        },
      });
    const seconds = nowMs / 1_000;
    for (const timestamp of [seconds - 301, seconds + 301, '', 'x', `${seconds}.0`])
      expect((await send(String(timestamp))).status).toBe(403);
    expect((await send(String(seconds), voice('http-1', '?step=1'))).status).toBe(403);
    expect(front.calls).toEqual([]);
    expect((await send(String(seconds - 299))).status).toBe(200);
  });

  test('that makes no sense is refused even with a signature', async () => {
    const front = await frontEnd({ providers });
    const signed = (path: string) => {
      const url = `${front.url}${path}`;
      return { ...twilioPost(form, twilioSignature(secret, url, form)), path };
    };
    for (const path of [
      voice('twilio-1', '?step=41'),
      voice('twilio-1', '?step=-1'),
      voice('twilio-1', '?step=1.5'),
      voice('twilio-1').replace(requestId, 'abc'),
      voice('twilio-1').replace('primary', 'third'),
    ])
      expect((await post(front.url, signed(path))).status).toBe(400);
    expect(front.calls).toEqual([]);
  });

  test('with a large body is refused before it has come', async () => {
    const front = await frontEnd({ providers });
    const status = await new Promise((resolve, reject) => {
      const request = requestPlain(`${front.url}${voice('twilio-1')}`, {
        method: 'POST',
        headers: { 'content-length': 65_537 },
      });
      request.on('response', (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      request.write('x');
    });
    expect(status).toBe(413);
  });

  test('of a provider that has a new secret needs the new one', async () => {
    const front = await frontEnd({ providers });
    front.setProviders([{ ...providers[0]!, secret: 'new' }]);
    const url = `${front.url}${voice('twilio-1')}`;
    const send = async (key: string): Promise<number> =>
      (await post(front.url, twilioPost(form, twilioSignature(key, url, form)))).status;
    expect([await send(secret), await send('new')]).toEqual([403, 200]);
  });
});
