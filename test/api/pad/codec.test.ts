import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readXml, mobileLimits } from '../../../api/xml/reader.ts';
import { classifyPush, padUrlOf } from '../../../api/pad/push.ts';
import { readPadRequest } from '../../../api/pad/readRequest.ts';
import { readPadResponse } from '../../../api/pad/readResponse.ts';
import type { PadRequest } from '../../../api/pad/message.ts';
import type { PadReply } from '../../../api/pad/response.ts';
import { writePadRequest } from '../../../api/pad/writeRequest.ts';
import { writePadResponse } from '../../../api/pad/writeResponse.ts';
import { bodyOf } from '../../wire/generate.ts';
import { mobileVectors } from '../../wire/mobileVectors.ts';

const requests = mobileVectors.requests.filter(({ service }) => service === 'pad');
const inputs = requests.flatMap((request) =>
  request.inputs.map((input, index) => ({
    ...request,
    input,
    name: `${request.id} input ${index}`,
  })),
);

const idOf = (xml: string): string => {
  const reading = readPadRequest(xml);
  return reading.kind === 'refused' ? reading.refusal.requestId : reading.request.requestId;
};

describe('requests', () => {
  test.each(inputs)('$name', ({ input, parsed }) => {
    expect(readPadRequest(input)).toStrictEqual({ kind: 'request', request: parsed });
    expect(readPadRequest(Buffer.from(input))).toStrictEqual({ kind: 'request', request: parsed });
  });

  test.each(requests)('$id is written in canonical form', ({ parsed, canonical }) => {
    expect(writePadRequest(parsed as unknown as PadRequest)).toBe(canonical);
  });
});

describe('responses', () => {
  const responses = mobileVectors.responses.filter(({ service }) => service === 'pad');

  test.each(responses)('$id', ({ fields, xml }) => {
    const reply = fields as unknown as PadReply;
    expect(writePadResponse(reply)).toBe(xml);
    expect(readXml(writePadResponse(reply), mobileLimits)).toEqual(readXml(xml, mobileLimits));
    expect(readPadResponse(xml)).toEqual(fields);
  });

  test('details of a push name the tenant once', () => {
    const details = {
      guid: 'c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21',
      tenantId: '2d7c9a10-5e4b-4c39-a1f6-7b8e0c2d4f63',
      mode: 'standard',
      applicationName: 'R&D <VPN>',
    };
    const reply = { message: 'phoneAppAuthenticationResponse', requestId: 'r1', details } as const;
    expect(readPadResponse(writePadResponse(reply))).toEqual(reply);
    expect(writePadResponse(reply)).not.toContain('azureTenantId');
  });
});

describe('refusals', () => {
  // Sizes and header hashes are the router's to refuse.
  const rejects = mobileVectors.rejects.filter(
    ({ service, headers, expect: { http } }) =>
      service === 'pad' && headers === undefined && http !== 413,
  );

  test.each(rejects)('$id', (vector) => {
    const reading = readPadRequest(bodyOf(vector));
    const { http, padErrorId = 9001 } = vector.expect;
    expect(reading).toMatchObject({
      kind: 'refused',
      status: Array.isArray(http) ? http[0] : http,
      refusal: { fail: true, errorId: padErrorId },
    });
  });

  test('echo a good request id and replace a bad one', () => {
    const [vector] = mobileVectors.rejects.filter(({ id }) => id === 'pad-bad-boolean');
    const xml = vector?.xml ?? '';
    expect(idOf(xml)).toBe('0f7d2c1e-6a0b-4d52-8f43-9a1b2c3d4e5f');
    expect(idOf(xml.replace(/request-id="[^"]*"/, 'request-id="&lt;x>"'))).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  test.each(['phoneAppContext', 'guid', 'deviceToken', 'authenticationResult'])(
    '9001 without %s',
    (name) => {
      const whole = requests.find(({ id }) => id === 'pad-result-approve')?.canonical ?? '';
      const without = whole.replace(new RegExp(`<${name}>.*</${name}>`), '');
      expect(readPadRequest(without)).toMatchObject({ refusal: { errorId: 9001 } });
    },
  );
});

describe('pushes', () => {
  test.each(mobileVectors.pushClassify)('$push.type is $action', ({ push, action }) => {
    expect(classifyPush(push)).toBe(action);
  });

  test.each(mobileVectors.padUrl)('$push is answered at $post', ({ push, post }) => {
    expect(padUrlOf(push)).toBe(post);
  });

  test.each(mobileVectors.hashes)('$id', ({ text, sha256 }) => {
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
  });
});
