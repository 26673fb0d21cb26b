import { describe, expect, test } from '@jest/globals';
import {
  NotACall,
  checkAction,
  contentTypeOf,
  readEnvelope,
  versionOf,
  writeFault,
} from '../../../api/soap/envelope.ts';
import { readXml, sdkLimits } from '../../../api/xml/reader.ts';

const one = 'http://schemas.xmlsoap.org/soap/envelope/';
const two = 'http://www.w3.org/2003/05/soap-envelope';
const envelope = (content: string, namespace = one): string =>
  `<s:Envelope xmlns:s="${namespace}">${content}</s:Envelope>`;
const read = (text: string): unknown[] => {
  const { version, operation } = readEnvelope(readXml(text, sdkLimits));
  return [version, operation.name];
};

describe('envelopes', () => {
  test.each([
    ['SOAP 1.1', envelope('<s:Body><Op/></s:Body>'), ['1.1', 'Op']],
    ['SOAP 1.2', envelope('<s:Body><Op/></s:Body>', two), ['1.2', 'Op']],
    ['the first child counts', envelope('<s:Body> <Op/><Other/></s:Body>'), ['1.1', 'Op']],
    [
      'headers are ignored',
      envelope('<s:Header><a s:mustUnderstand="0"/></s:Header><s:Body><Op/></s:Body>'),
      ['1.1', 'Op'],
    ],
    [
      'a foreign Body is no body',
      envelope('<Body><Evil/></Body><s:Body><Op/></s:Body>'),
      ['1.1', 'Op'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['envelope', '<Envelope><Body><Op/></Body></Envelope>'],
    ['envelope', envelope('<s:Body><Op/></s:Body>', 'urn:other')],
    ['envelope', envelope('<Op/>')],
    ['envelope', envelope('<s:Body><Op/></s:Body><s:Body><Other/></s:Body>')],
    ['noOperation', envelope('<s:Body>text</s:Body>')],
    [
      'mustUnderstand',
      envelope('<s:Header><a s:mustUnderstand="1"/></s:Header><s:Body><Op/></s:Body>'),
    ],
    [
      'mustUnderstand',
      envelope('<s:Body><Op/></s:Body><s:Header><a s:mustUnderstand="true"/></s:Header>', two),
    ],
  ])('no call: %s %s', (reason, text) => {
    expect(() => read(text)).toThrow(new NotACall(reason as NotACall['reason']));
  });
});

const check =
  (soapAction: string | undefined, contentType = 'text/xml') =>
  (): void =>
    checkAction({ soapAction, contentType }, 'Op');

describe('SOAPAction', () => {
  test.each([undefined, '', '""', '"http://x/y/Op"', 'http://x/Op', "'Op'", 'Op'])(
    '%j fits',
    (action) => {
      expect(check(action)).not.toThrow();
    },
  );
  test.each(['"http://x/Other"', 'Op/', 'op', '"http://x/Op", "http://x/Other"'])(
    '%j is refused',
    (action) => {
      expect(check(action)).toThrow(NotACall);
    },
  );
  test('the action of a SOAP 1.2 media type counts likewise', () => {
    expect(check(undefined, 'application/soap+xml; action="urn:x/Op"')).not.toThrow();
    expect(check(undefined, 'application/soap+xml; action="urn:x/Other"')).toThrow(NotACall);
  });
});

test('faults of both versions', () => {
  expect(writeFault('1.1', 'caller')).toBe(
    `<soap:Envelope xmlns:soap="${one}"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode>` +
      '<faultstring>The message is not a call of this service.</faultstring><detail/></soap:Fault></soap:Body></soap:Envelope>',
  );
  expect(writeFault('1.2', 'server')).toBe(
    `<soap:Envelope xmlns:soap="${two}"><soap:Body><soap:Fault><soap:Code><soap:Value>soap:Receiver</soap:Value></soap:Code>` +
      '<soap:Reason><soap:Text xml:lang="en">The call could not be processed.</soap:Text></soap:Reason>' +
      '<soap:Detail/></soap:Fault></soap:Body></soap:Envelope>',
  );
});

test('media types stand for versions, and answers have their own', () => {
  expect(versionOf('TEXT/XML; charset=utf-8')).toBe('1.1');
  expect(versionOf('application/soap+xml')).toBe('1.2');
  expect(versionOf('application/json')).toBeUndefined();
  expect(versionOf(undefined)).toBeUndefined();
  expect(contentTypeOf('1.1')).toBe('text/xml; charset=utf-8');
});
