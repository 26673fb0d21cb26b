import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { csvReader } from '../../domain/csv.ts';
import { methods, smsDirections, standardOrPin } from '../../domain/methods.ts';
import {
  headerLine,
  readHeader,
  readUserRecord,
  userColumns,
  userLine,
  type ExportedUser,
} from '../../domain/userCsv.ts';
import { count, seed } from '../support/profile.ts';

const linesOf = (text: string) => {
  const reader = csvReader();
  return [...reader.push(text), ...reader.end()].map(({ cells }) => cells);
};
const options = { defaultCountryCode: '43' };
const recordOf = (columns: readonly string[], cells: readonly string[]) =>
  readUserRecord(readHeader(columns).header, cells, options);

const word = fc
  .string({ maxLength: 40 })
  .filter((text) => text === text.trim() && !/\p{Cc}/u.test(text));
const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: min, maxLength: max });
const phone = fc.oneof(
  fc.constant(''),
  fc
    .tuple(digits(1, 3), digits(4, 15), fc.option(digits(1, 6)))
    .map(([country, number, ext]) => `+${country} ${number}${ext === null ? '' : ` x${ext}`}`),
);
const language = fc.constantFrom('en', 'de', 'de-AT', 'zh-Hant-TW');
const user: fc.Arbitrary<ExportedUser> = fc.record({
  username: word.filter((text) => text !== ''),
  firstName: word,
  lastName: word,
  email: word,
  group: word,
  description: word,
  enabled: fc.boolean(),
  phone,
  backupPhone: phone,
  method: fc.constantFrom(...methods),
  appMode: fc.constantFrom(...standardOrPin),
  callMode: fc.constantFrom(...standardOrPin),
  smsDirection: fc.constantFrom(...smsDirections),
  smsMode: fc.constantFrom(...standardOrPin),
  oathMode: fc.constantFrom(...standardOrPin),
  callLanguage: language,
  smsLanguage: language,
  appLanguage: language,
  oathLanguage: language,
  oathSerial: fc.constant(''),
  uniqueIdentifier: word,
});

test('H20-3 a person who is written as a line is read back field by field', () => {
  fc.assert(
    fc.property(user, (written) => {
      const [columns = [], cells = []] = linesOf(headerLine() + userLine(written));
      const { oathSerial: _, ...fields } = written;
      const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
      expect(recordOf(columns, cells)).toEqual({ record: said, warnings: [] });
    }),
    { numRuns: count(10_000), seed },
  );
});

describe('a header', () => {
  test('names our columns in the order of spec/20', () => {
    expect(headerLine()).toBe(`${userColumns.join(',')}\r\n`);
    expect(userColumns).toHaveLength(25);
  });

  test('of the original is a subset of ours', () => {
    const original = [
      'Username',
      'Primary Phone',
      'Primary Country Code',
      'Backup Country Code',
      'Backup Phone',
      'Backup Extension',
    ];
    expect(readHeader(original)).toMatchObject({ unknown: [] });
    expect(recordOf(original, ['ann', '5550147', '1', '', '5550148', '12'])).toEqual({
      record: { username: 'ann', phone: '+1 5550147', backupPhone: '+43 5550148 x12' },
      warnings: [],
    });
  });

  test('is read in any order and case, and tells of columns that it does not know', () => {
    const { header, unknown } = readHeader([' EMAIL ', 'Shoe Size', 'username']);
    expect([...header]).toEqual([
      ['Email', 0],
      ['Username', 2],
    ]);
    expect(unknown).toEqual(['Shoe Size']);
  });
});

describe('a line', () => {
  test('says nothing by an empty cell, and may be shorter than the header', () => {
    expect(recordOf(['Username', 'Email', 'Method'], ['ann', ''])).toEqual({
      record: { username: 'ann' },
      warnings: [],
    });
  });

  test('may use the words of the original', () => {
    const columns = ['Username', 'Method', 'SMS Direction', 'SMS Mode', 'Enabled'];
    expect(recordOf(columns, ['ann', 'Text Message', 'Two-Way', 'OTP + PIN', 'Yes'])).toEqual({
      record: {
        username: 'ann',
        method: 'sms',
        smsDirection: 'twoWay',
        smsMode: 'pin',
        enabled: true,
      },
      warnings: [],
    });
  });

  test.each([
    ['Username', '', 'Username: missing'],
    ['Username', 'x'.repeat(257), 'Username: at most 256 characters'],
    ['Method', 'carrier pigeon', 'Method: one of app, oath, sms, call'],
    ['Enabled', 'maybe', 'Enabled: one of true, false'],
    ['Call Language', 'not a tag', 'Call Language: a language tag such as en or de-AT'],
    ['First Name', 'a\nb', 'First Name: one line without control characters'],
  ])('is refused for %s', (column, cell, fault) => {
    const columns = column === 'Username' ? [column] : ['Username', column];
    expect(recordOf(columns, column === 'Username' ? [cell] : ['ann', cell])).toEqual({ fault });
  });

  test('keeps the person where the number is none, and warns', () => {
    for (const number of ['12', 'none', 'XXXX147'])
      expect(recordOf(['Username', 'Primary Phone'], ['ann', number])).toEqual({
        record: { username: 'ann' },
        warnings: ['Primary Phone: no phone number; left as it is'],
      });
  });
});
