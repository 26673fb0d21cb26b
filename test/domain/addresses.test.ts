import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { liesIn, parseAddress, parseRange } from '../../domain/addresses.ts';

describe('addresses', () => {
  test.each([
    '10.0.0.1',
    '::',
    '::1',
    '2001:db8::8:800:200c:417a',
    '::ffff:192.0.2.128',
    ' 1.2.3.4 ',
  ])('%j is one', (text) => expect(parseAddress(text)).toBeDefined());
  test.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1:2:3',
    ':::',
    '1::2::3',
    'g::',
    '10.0.0.1/8',
    '1.2.3.4.5',
    '::1%lo',
  ])('%j is none', (text) => expect(parseAddress(text)).toBeUndefined());
  test('IPv4 and its mapped spelling are the same address', () => {
    expect(parseAddress('::ffff:10.1.2.3')).toBe(parseAddress('10.1.2.3'));
    expect(parseAddress('10.1.2.3')).not.toBe(parseAddress('::a01:203'));
  });
});

describe('ranges', () => {
  test.each([
    ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
    ['192.0.2.17', '192.0.2.17', '192.0.2.18'],
    ['192.0.2.10-192.0.2.20', '192.0.2.20', '192.0.2.21'],
    ['2001:db8::/32', '2001:db8:ffff::1', '2001:db9::1'],
    ['0.0.0.0/0', '255.255.255.255', '2001:db8::1'],
  ])('%s holds %s and not %s', (range, inside, outside) => {
    expect(liesIn(inside, [range])).toBe(true);
    expect(liesIn(outside, [range])).toBe(false);
  });
  test.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.2-10.0.0.1',
    'a-b',
    '1-2-3',
    '::/129',
  ])('%j is none', (text) => expect(parseRange(text)).toBeUndefined());
  test('free text lies in nothing, whatever is trusted', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (parseAddress(text) === undefined)
          expect(liesIn(text, ['0.0.0.0/0', '::/0'])).toBe(false);
      }),
    );
  });
});
