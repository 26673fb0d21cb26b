import { describe, expect, test } from '@jest/globals';
import { bindNameOf, dnsNameOf, readWindowsName, windowsFilter } from '../../domain/windowsName.ts';

const domain = { domain: 'CORP', baseDn: 'OU=People,DC=corp,DC=example,DC=test' };

describe('names of a Windows domain', () => {
  test.each([
    ['otto', String.raw`CORP\otto`, '(sAMAccountName=otto)'],
    [String.raw`corp\Otto`, String.raw`CORP\Otto`, '(sAMAccountName=Otto)'],
    ['otto@elsewhere.test', 'otto@elsewhere.test', '(userPrincipalName=otto@elsewhere.test)'],
    [
      'otto@Corp.Example.Test',
      'otto@Corp.Example.Test',
      '(|(userPrincipalName=otto@Corp.Example.Test)(sAMAccountName=otto))',
    ],
  ])('%s', (typed, bound, found) => {
    const name = readWindowsName(typed, domain)!;
    expect(bindNameOf(name, domain)).toBe(bound);
    expect(windowsFilter(name)).toBe(`(&(objectCategory=person)(objectClass=user)${found})`);
  });

  test('a name that could be syntax of a filter is written as a value', () => {
    expect(windowsFilter(readWindowsName('o(tt)o', domain)!)).toContain(
      String.raw`(sAMAccountName=o\28tt\29o)`,
    );
  });

  test.each([
    '',
    ' otto',
    'otto ',
    'otto.',
    '*',
    String.raw`OTHER\otto`,
    String.raw`CORP\CORP\otto`,
    String.raw`CORP\otto@corp.example.test`,
    String.raw`CORP\ `,
    '@corp.example.test',
    'otto@',
    'HOST/dc1.corp.example.test',
    'CN=otto,DC=corp',
    'corp.example.test/Users/otto',
    '<SID=S-1-5-21>',
    'otto\0',
  ])('%j is none, or of another domain', (typed) => {
    expect(readWindowsName(typed, domain)).toBeUndefined();
  });

  test('the name in DNS', () => {
    expect(dnsNameOf('OU=x, dc=Corp , DC=test')).toBe('Corp.test');
    expect(dnsNameOf('o=nowhere')).toBe('');
  });
});
