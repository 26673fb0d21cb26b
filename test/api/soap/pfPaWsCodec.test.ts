import { describe, expect, test } from '@jest/globals';
import { mobileLimits, readXml } from '../../../api/xml/reader.ts';
import { NoAnswer, readPfPaWsResponse } from '../../../api/soap/pfPaWsAnswer.ts';
import {
  readPfPaWsRequest,
  soapActionOf,
  writePfPaWsRequest,
  writePfPaWsResponse,
} from '../../../api/soap/pfPaWsCodec.ts';
import { soapFault } from '../../../api/soap/pfPaWsEnvelope.ts';
import {
  pfPaWsRefusal,
  type PfPaWsRequest,
  type PfPaWsResponse,
} from '../../../api/soap/pfPaWsMessages.ts';
import { bodyOf } from '../../wire/generate.ts';
import { mobileVectors } from '../../wire/mobileVectors.ts';

const requests = mobileVectors.requests.filter(({ service }) => service === 'soap');
const canonical = requests.find(({ id }) => id === 'soap-activatenew')?.canonical ?? '';

describe('calls', () => {
  const inputs = requests.flatMap((request) =>
    request.inputs.map((input, index) => ({
      ...request,
      input,
      name: `${request.id} input ${index}`,
    })),
  );

  test.each(inputs)('$name', ({ input, parsed, http }) => {
    const reading = readPfPaWsRequest(Buffer.from(input), http?.soapAction);
    expect(reading).toStrictEqual({ kind: 'request', request: parsed });
  });

  test.each(requests)('$id is written in canonical form', ({ parsed, canonical: xml }) => {
    expect(writePfPaWsRequest(parsed as unknown as PfPaWsRequest)).toBe(xml);
  });

  test('take SOAP 1.2 envelopes', () => {
    const xml = canonical.replace(
      'http://schemas.xmlsoap.org/soap/envelope/',
      'http://www.w3.org/2003/05/soap-envelope',
    );
    expect(readPfPaWsRequest(xml, undefined)).toMatchObject({ kind: 'request' });
  });

  test('cut what is too long, drop what people must not see, ignore a clock that is none', () => {
    const xml = canonical
      .replace("Jo's phone", `\u202E${'n'.repeat(150)}\n`)
      .replace('1.4.0', '9'.repeat(100))
      .replace('58907520', '9223372036854775808');
    expect(readPfPaWsRequest(xml, undefined)).toStrictEqual({
      kind: 'request',
      request: {
        op: 'ActivateNew',
        activationCode: '417206935',
        deviceToken: 'hc1-Zk3v9QmT7rXw2LpB8nYc5sJd0aGfUeHi',
        deviceName: 'n'.repeat(100),
        version: '9'.repeat(64),
      },
    });
  });

  test.each([
    ['DeviceName', 'Jo&apos;s phone', ' \n '],
    ['DeviceToken', 'hc1-Zk3v9QmT7rXw2LpB8nYc5sJd0aGfUeHi', 'NO_DEVICE_TOKEM'],
  ])('9001 for a bad %s', (name, _value, bad) => {
    const xml = canonical.replace(new RegExp(`<${name}>.*</${name}>`), `<${name}>${bad}</${name}>`);
    expect(readPfPaWsRequest(xml, undefined)).toMatchObject({ kind: 'refused', errorCode: 9001 });
  });

  test('without a push channel are read', () => {
    const xml = canonical.replace('hc1-Zk3v9QmT7rXw2LpB8nYc5sJd0aGfUeHi', 'NO_DEVICE_TOKEN');
    expect(readPfPaWsRequest(xml, undefined)).toMatchObject({
      request: { deviceToken: 'NO_DEVICE_TOKEN' },
    });
  });
});

describe('refusals', () => {
  const rejects = mobileVectors.rejects.filter(
    ({ service, expect: { http } }) => service === 'soap' && http !== 413,
  );

  test.each(rejects)('$id', (vector) => {
    const { http, soapCode } = vector.expect;
    const reading = readPfPaWsRequest(bodyOf(vector), undefined);
    const status = Array.isArray(http) ? http[0] : http;
    expect(reading).toMatchObject(
      soapCode === undefined ? { kind: 'fault', status } : { kind: 'refused', errorCode: soapCode },
    );
  });

  test.each([
    'http://www.phonefactor.com/PfPaWs/ConfirmActivation',
    '"http://www.phonefactor.com/PfPaWs/TestPfWsSdkConnection"',
    'ActivateNew',
  ])('a contradicting SOAPAction %s is a fault', (action) => {
    expect(readPfPaWsRequest(canonical, action)).toEqual({ kind: 'fault', status: 500 });
  });

  test.each([undefined, '', '""', "'http://www.phonefactor.com/PfPaWs/ActivateNew'"])(
    'SOAPAction %s is none',
    (action) => {
      expect(readPfPaWsRequest(canonical, action)).toMatchObject({ kind: 'request' });
    },
  );

  test('two bodies are no envelope', () => {
    const xml = canonical.replace('<soap:Body>', '<soap:Body/><soap:Body>');
    expect(readPfPaWsRequest(xml, undefined)).toEqual({ kind: 'fault', status: 400 });
  });
});

describe('answers', () => {
  const responses = mobileVectors.responses.filter(({ service }) => service === 'soap');

  test.each(responses)('$id', ({ fields, xml }) => {
    const response = fields as unknown as PfPaWsResponse;
    expect(writePfPaWsResponse(response)).toBe(xml);
    expect(readPfPaWsResponse(xml, response.op)).toEqual(fields);
  });

  test('MC-10 every way in which a code is wrong reads the same', () => {
    const texts = (['ActivateNew', 'ConfirmActivation'] as const).map((op) => {
      const { errorCode, errorDescription } = pfPaWsRefusal(op, 15);
      return `${errorCode} ${errorDescription}`;
    });
    expect(new Set(texts).size).toBe(1);
  });

  test('of the connection test hold one text', () => {
    const answer = { op: 'TestPfWsSdkConnection', result: 'Success' } as const;
    expect(readPfPaWsResponse(writePfPaWsResponse(answer), answer.op)).toEqual(answer);
    expect(soapActionOf(answer)).toBe('http://www.phonefactor.com/PfPaWs/TestPfWsSdkConnection');
  });

  test('a fault is none, and carries one fixed sentence', () => {
    expect(() => readPfPaWsResponse(soapFault(), 'ActivateNew')).toThrow(NoAnswer);
    expect(() => readPfPaWsResponse('busy', 'ActivateNew')).toThrow(NoAnswer);
    const fault = readXml(soapFault(), mobileLimits).children[0]?.children[0];
    expect(fault?.children.map(({ name }) => name)).toEqual(['faultcode', 'faultstring']);
  });
});
