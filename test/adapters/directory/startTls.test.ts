import { describe, expect, test } from '@jest/globals';
import { startsTls, startTlsRequest } from '../../../adapters/directory/startTls.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** As OpenLDAP and as a domain controller write it. */
const short = hex('300c 020101 7807 0a0100 0400 0400');
const long = hex(
  '30 84 00000028 020101 78 84 0000001f 0a0100 0400 0400 8a16 312e332e362e312e342e312e313436362e3230303337',
);

describe('StartTLS (RFC 4511 §4.14)', () => {
  test('the request', () => {
    expect(startTlsRequest).toEqual(
      hex('301d 020101 7718 8016 312e332e362e312e342e312e313436362e3230303337'),
    );
  });

  test.each([
    ['short', short],
    ['long', long],
  ])('%s lengths: TLS begins with the last octet and not before', (_, answer) => {
    for (let octets = 0; octets < answer.length; octets += 1)
      expect(startsTls(answer.subarray(0, octets))).toBe(false);
    expect(startsTls(answer)).toBe(true);
  });

  test.each([
    ['the server does not want it', hex('300c 020101 7807 0a0134 0400 0400')],
    ['an answer to something else', hex('300c 020102 7807 0a0100 0400 0400')],
    ['another operation', hex('300c 020101 6107 0a0100 0400 0400')],
    ['no message', hex('310c 020101 7807 0a0100 0400 0400')],
    ['no result', hex('3007 020101 7802 0400')],
    ['something behind it', Buffer.concat([short, hex('30')])],
    ['an indefinite length', hex('3080 020101')],
    ['a length of 2 GB', hex('30 84 7fffffff')],
    ['a negative length', hex('30 84 ffffffff')],
    ['a length in five octets', hex('30 85 0000000001')],
  ])('SEC-30 %s: no TLS', (_, answer) => {
    expect(() => startsTls(answer)).toThrow(RangeError);
  });
});
