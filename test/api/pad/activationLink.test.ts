import { describe, expect, test } from '@jest/globals';
import {
  LinkRefused,
  readActivationLink,
  serviceUrls,
  writeActivationLink,
} from '../../../api/pad/activationLink.ts';
import { mobileVectors } from '../../wire/mobileVectors.ts';

describe('activation links', () => {
  test.each(mobileVectors.qr.filter(({ ok }) => ok))('$id', ({ uri, code, url, soapUrl }) => {
    expect(readActivationLink(uri)).toEqual({ code, url, soapUrl });
  });

  test.each(mobileVectors.qr.filter(({ ok }) => !ok))('$id is refused', ({ uri }) => {
    expect(() => readActivationLink(uri)).toThrow(LinkRefused);
  });

  test('are written as they are read', () => {
    const link = { code: '417206935', url: 'https://mfa.example.org/pa/a/q2Jc8Zt0VbN4mXw7LkR1sA' };
    expect(readActivationLink(writeActivationLink(link))).toMatchObject(link);
  });

  test('take plain http only where that is asked for', () => {
    expect(() => serviceUrls('http://127.0.0.1:8080/pa')).toThrow(LinkRefused);
    expect(serviceUrls('http://127.0.0.1:8080/pa/', { insecure: true })).toEqual({
      url: 'http://127.0.0.1:8080/pa',
      soapUrl: 'http://127.0.0.1:8080/pa/PfPaWs.asmx',
    });
  });
});
