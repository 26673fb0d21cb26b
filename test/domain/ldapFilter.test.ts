import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { EqualityFilter, FilterParser, OrFilter } from 'ldapts';
import { fillFilter, isFilterTemplate } from '../../domain/ldapFilter.ts';
import { anyText } from '../support/anyText.ts';
import { count, seed } from '../support/profile.ts';

const hostile = fc.oneof(
  fc.string({
    unit: fc.constantFrom(...Array.from('*()\\|&!=<>~:\0 {}usernameé𝔊')),
    maxLength: 40,
  }),
  anyText({ maxLength: 40 }),
  fc.constantFrom('*)(uid=*', '*', 'a)(|(uid=*))', '\\2a', '{username}', 'CN=x,DC=y'),
);

test('SEC-29 a typed name never becomes syntax: the same tree, with the name as it was typed', () => {
  const template = '(|(uid={username})(mail={username}))';
  fc.assert(
    fc.property(hostile, (username) => {
      const tree = FilterParser.parseString(fillFilter(template, username));
      return (
        tree instanceof OrFilter &&
        tree.filters.length === 2 &&
        tree.filters.every((part) => part instanceof EqualityFilter && part.value === username)
      );
    }),
    { numRuns: count(100_000), seed },
  );
});

test.each([
  '(uid={username})',
  '(&(objectClass=person)(|(uid={username})(mail={username}))(!(loginDisabled=TRUE)))',
  '(cn=*{username}*)',
  '(&(uid={username})(memberOf:1.2.840.113556.1.4.1941:=CN=VPN,DC=example,DC=test))',
  String.raw`(&(uid={username})(cn=a\28b\29))`,
])('%s is a filter for a name', (template) => {
  expect(isFilterTemplate(template)).toBe(true);
  expect(() => FilterParser.parseString(fillFilter(template, '*)(x=*'))).not.toThrow();
});

test.each([
  '',
  'uid={username}',
  '(uid=somebody)',
  '({username}=otto)',
  '(uid={username}',
  '(uid={username}))',
  '(uid={username})(cn=x)',
  '(&)',
  '(!(uid={username})(cn=x))',
  '(& (uid={username}))',
  String.raw`(uid={username}\)`,
  String.raw`(uid={username}\e9)`,
  '(uid;x-opt={username})',
  `${'(!'.repeat(11)}(uid={username})${')'.repeat(11)}`,
  `(|${'(uid={username})'.repeat(50)})`,
])('%s is none', (template) => {
  expect(isFilterTemplate(template)).toBe(false);
});
