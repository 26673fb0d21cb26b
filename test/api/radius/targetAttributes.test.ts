import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { groupReplies } from '../../../api/rest/items/groupReplies.ts';
import { groupNames, readReply, repliesFor } from '../../../api/radius/replyAttributes.ts';
import { seed } from '../../support/profile.ts';

const hexOf = (given: Parameters<typeof readReply>[0]): string => {
  const read = readReply(given);
  return 'fault' in read
    ? `${read.field}: ${read.fault}`
    : `${read.type} ${read.value.toString('hex')}`;
};

describe('attributes of the table', () => {
  test.each([
    [{ name: 'Filter-Id', value: 'staff' }, '11 7374616666'],
    [{ name: 'Session-Timeout', value: '3600' }, '27 00000e10'],
    [{ name: 'Framed-IP-Address', value: '192.0.2.1' }, '8 c0000201'],
    [{ name: 'Tunnel-Type', tag: 1, value: 'VLAN' }, '64 0100000d'],
    [{ name: 'Tunnel-Medium-Type', value: '6' }, '65 00000006'],
    [{ name: 'Tunnel-Private-Group-Id', tag: 2, value: '42' }, '81 023432'],
    [{ name: 'Tunnel-Private-Group-Id', value: '42' }, '81 3432'],
    [{ vendor: 9, type: 1, value: 'a=b' }, '26 00000009 0105613d62'],
    [{ vendor: 14988, type: 3, format: 'integer', value: '7' }, '26 00003a8c 030600000007'],
    [{ vendor: 1, type: 2, format: 'hex', value: '00ff' }, '26 00000001 020400ff'],
  ] as const)('%j', (given, wanted) => {
    expect(hexOf(given).replaceAll(' ', '')).toBe(wanted.replaceAll(' ', ''));
  });

  test.each([
    [{ name: 'State', value: 'x' }, 'name'],
    [{ name: 'Message-Authenticator', value: 'x' }, 'name'],
    [{ name: 'Filter-Id', tag: 1, value: 'x' }, 'tag'],
    [{ name: 'Filter-Id', vendor: 9, value: 'x' }, 'vendor'],
    [{ name: 'Session-Timeout', value: '4294967296' }, 'value'],
    [{ name: 'Tunnel-Type', value: '16777216' }, 'value'],
    [{ name: 'Framed-IP-Address', value: '::1' }, 'value'],
    [{ name: 'Filter-Id', value: 'é'.repeat(127) }, 'value'],
    [{ type: 1, value: 'x' }, 'vendor'],
    [{ vendor: 9, value: 'x' }, 'type'],
    [{ vendor: 311, type: 26, value: 'x' }, 'vendor'],
    [{ vendor: 9, type: 1, format: 'hex', value: 'abc' }, 'value'],
    [{ vendor: 9, type: 1, value: 'x'.repeat(248) }, 'value'],
  ] as const)('%j is refused at %s', (given, field) => {
    expect(hexOf(given)).toMatch(new RegExp(`^${field}: `));
    const { error } = groupReplies.safeParse([{ group: 'a', attributes: [given] }]);
    expect(error?.issues.map(({ path }) => path)).toContainEqual([0, 'attributes', 0, field]);
  });

  test('all that a row says has its place in one packet', () => {
    const attributes = Array.from({ length: 8 }, () => ({
      name: 'Filter-Id',
      value: 'x'.repeat(253),
    }));
    const { error } = groupReplies.safeParse([{ group: 'a', attributes }]);
    expect(error?.issues[0]?.path).toEqual([0, 'attributes']);
  });
});

describe('groups', () => {
  const row = (group: string, value: string) => ({
    group,
    attributes: [{ name: 'Filter-Id', value }],
  });
  const table = [row('cn=VPN,ou=a,dc=test', 'exact'), row(' vpn', 'common'), row('Staff', 'staff')];
  const said = (...groups: string[]) =>
    repliesFor(table, groups).map(({ value }) => value.toString());

  test('the first row that fits decides, by DN, by common name, by the name here', () => {
    expect(said('CN=VPN,OU=a,DC=test', 'Staff')).toEqual(['exact']);
    expect(said('CN=VPN,OU=b,DC=test', 'Staff')).toEqual(['common']);
    expect(said('STAFF')).toEqual(['staff']);
    expect(said('OU=VPN,DC=test', 'CN=VPN staff,DC=test', '')).toEqual([]);
  });

  test('common names as they are escaped in a DN', () => {
    const names = groupNames([String.raw`CN=R\, S\+T \28x\29,DC=test`]);
    expect([...names]).toContain('r, s+t (x)');
    expect([...groupNames([String.raw`cn=Gr\C3\BC\C3\9Fe`])]).toContain('grüße');
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (dn) => {
        expect(groupNames([dn]).size).toBeLessThanOrEqual(2);
      }),
      { seed },
    );
  });
});
