import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { formatPhone, maskPhone, parsePhone } from '../../domain/phone.ts';
import { canonicalName } from '../../domain/username.ts';
import { anyText } from '../support/anyText.ts';
import { seed } from '../support/profile.ts';

const digits = (minLength: number, maxLength: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength, maxLength })
    .map((numbers) => numbers.join(''));
const phones = fc.record({
  countryCode: digits(1, 3),
  number: digits(4, 15),
  extension: fc.oneof(fc.constant(''), digits(1, 10)),
});

test('what is printed reads as what was printed', () => {
  fc.assert(
    fc.property(phones, (phone) => expect(parsePhone(formatPhone(phone))).toEqual(phone)),
    { seed },
  );
});

test('a masked number shows its country and three digits, whatever its length', () => {
  fc.assert(
    fc.property(phones, (phone) => {
      const masked = maskPhone(phone);
      expect(masked).toMatch(/^\+\d{1,3} X+\d{3}$/);
      expect(masked).toHaveLength(`+${phone.countryCode} ${phone.number}`.length);
      expect(masked.endsWith(phone.number.slice(-3))).toBe(true);
    }),
    { seed },
  );
});

test.each([
  ['+1 555 258-0147 x12', { countryCode: '1', number: '5552580147', extension: '12' }],
  ['  +49 (30) 1234.5678 ', { countryCode: '49', number: '3012345678', extension: '' }],
  ['+358-40-1234 X7', { countryCode: '358', number: '401234', extension: '7' }],
])('%s is read', (text, phone) => expect(parsePhone(text)).toEqual(phone));

test.each([
  '',
  '+',
  '5552580147',
  '+1',
  '+1 123',
  '+1234 5678',
  '+1 1234567890123456',
  '+1 abcd',
  '+1 555 x',
])('%j is no phone number', (text) => expect(parsePhone(text)).toBeUndefined());

test('any text is a phone number or none, never an error', () => {
  fc.assert(
    fc.property(anyText({ maxLength: 60 }), (text) => {
      const phone = parsePhone(text);
      if (phone) expect(parsePhone(formatPhone(phone))).toEqual(phone);
    }),
    { seed },
  );
});

test('names that differ in case, outer blanks or composition are one name', () => {
  const names = ['Zoë', ' zoë ', 'ZOË', 'zoe\u0308'];
  expect(new Set(names.map(canonicalName)).size).toBe(1);
  fc.assert(
    fc.property(anyText(), (name) => {
      const canonical = canonicalName(name);
      expect(canonicalName(` ${canonical}\t`)).toBe(canonical);
    }),
    { seed },
  );
});
