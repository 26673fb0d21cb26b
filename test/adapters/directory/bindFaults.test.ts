import { expect, test } from '@jest/globals';
import { refusalOf } from '../../../adapters/directory/bindFaults.ts';
import { readAnswer } from '../../../adapters/directory/ntlmAuth.ts';

const ofDomain = (data: string): string =>
  `80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data ${data}, v3839 Code: 0x31`;

test.each([
  ['525', 'notFound'],
  ['52e', 'wrongPassword'],
  ['530', 'notAtThisTime'],
  ['531', 'notFromHere'],
  ['532', 'passwordExpired'],
  ['533', 'accountDisabled'],
  ['701', 'accountExpired'],
  ['773', 'mustChangePassword'],
  ['775', 'accountLocked'],
  ['999', 'wrongPassword'],
])('a domain controller refuses with %s: %s', (data, reason) => {
  expect(refusalOf(49, ofDomain(data))).toBe(reason);
});

test('other refusals, and faults that say nothing about the person', () => {
  expect([49, 48, 32].map((code) => refusalOf(code, ''))).toEqual(Array(3).fill('wrongPassword'));
  expect(refusalOf(53, ofDomain('532'))).toBe('accountDisabled');
  expect(refusalOf(19, '')).toBe('accountLocked');
  expect([1, 8, 10, 13, 51, 52, 80].map((code) => refusalOf(code, ofDomain('52e')))).toEqual(
    Array(7).fill(undefined),
  );
});

const no = (error: string) => readAnswer(`Authenticated: No\nAuthentication-Error: ${error}\n.\n`);

test('SEC-13 what ntlm_auth says', () => {
  const key = '41C00C584BD2D91C4017A2A12FA59F3F';
  expect(readAnswer(`Authenticated: Yes\nUser-Session-Key: ${key}\n.\n`)).toEqual({
    kind: 'accepted',
    passwordHashHash: Buffer.from(key, 'hex'),
  });
  expect(readAnswer('Authenticated: Yes\n.\n').kind).toBe('failed');
  expect(no('Wrong Password')).toEqual({ kind: 'refused', reason: 'wrongPassword' });
  expect(no('The user account has expired.')).toMatchObject({ reason: 'accountExpired' });
  expect(no('Must change password')).toMatchObject({ reason: 'mustChangePassword' });
  expect(no('Password expired')).toMatchObject({ reason: 'passwordExpired' });
  expect(no('Account locked out')).toMatchObject({ reason: 'accountLocked' });
  expect(no('Account disabled')).toMatchObject({ reason: 'accountDisabled' });
  for (const trouble of ['Reading winbind reply failed!', 'No logon servers', 'Access denied'])
    expect(no(trouble).kind).toBe('failed');
  expect(readAnswer('Error: No username supplied!\n.\n').kind).toBe('failed');
});
