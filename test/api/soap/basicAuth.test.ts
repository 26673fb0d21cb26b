import { describe, expect, test } from '@jest/globals';
import { readBasic, splitAccount } from '../../../api/soap/basicAuth.ts';

const header = (octets: Buffer): string => `Basic ${octets.toString('base64')}`;

describe('Basic credentials', () => {
  test.each([
    ['UTF-8', Buffer.from('CORP\\jörg:pä ß:"x"', 'utf8'), 'CORP\\jörg', 'pä ß:"x"'],
    ['Latin-1, as .NET sends', Buffer.from('CORP\\jörg:pä ß', 'latin1'), 'CORP\\jörg', 'pä ß'],
    ['an empty password', Buffer.from('svc:'), 'svc', ''],
    ['blanks at the ends', Buffer.from('svc: p '), 'svc', ' p '],
  ])('%s', (_name, octets, username, password) => {
    expect(readBasic(header(octets))).toEqual({ username, password });
  });

  test('the scheme in any case', () => {
    expect(readBasic('bAsIc c3ZjOnA=')).toEqual({ username: 'svc', password: 'p' });
  });

  test.each([
    ['none', undefined],
    ['another scheme', 'Bearer abc'],
    ['no colon', header(Buffer.from('svc'))],
    ['control characters', header(Buffer.from('svc:\u0000'))],
    ['not base64', 'Basic !!!'],
    ['two values', 'Basic c3ZjOnA=, Basic c3ZjOnA='],
    ['too long', header(Buffer.alloc(8_000, 'a:'))],
  ])('nothing of %s', (_name, value) => {
    expect(readBasic(value)).toBeUndefined();
  });
});

test.each([
  ['CORP\\svc', 'CORP', 'svc'],
  ['svc', '', 'svc'],
  ['svc@corp.example', '', 'svc@corp.example'],
  ['A\\B\\c', 'A', 'B\\c'],
])('account %s', (username, domain, name) => {
  expect(splitAccount(username)).toEqual({ domain, name });
});
