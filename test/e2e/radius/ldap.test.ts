import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codes } from '../../../api/radius/packet.ts';
import { addPhoneUser } from '../support/openPush.ts';
import { addOathUser, type OathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { radclient, valueOf, type RadiusAnswer } from '../support/radclient.ts';
import { accessServer } from '../support/radiusSocket.ts';
import { exchange } from '../support/radiusWorld.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { ldapAccount, ldapBase, slapd, type LdapServer } from '../support/slapd.ts';
import { until } from '../support/until.ts';

/* Logins whose password an OpenLDAP behind us checks. */

const secret = 'testing testing testing testing';
const password = 'correct horse battery';
const data = temporaryData();
let server: ServerProcess;
let ldap: LdapServer;
let phone: PocketPhone;
let olga: OathUser;

const target = (more: object = {}) => ({
  kind: 'ldap',
  directories: [
    { host: '127.0.0.1', port: ldap.tlsPort, serverName: 'ldap.example.test', ca: ldap.ca },
  ],
  baseDn: ldapBase,
  filter: '(|(uid={username})(mail={username}))',
  usernameAttribute: 'mail',
  bindDn: ldapAccount.name,
  ...more,
});
const client = (address: string, more: object) => ({
  addresses: [address],
  secret,
  application: 'VPN',
  ...more,
});

beforeAll(async () => {
  ldap = await slapd(join(data.path, '..', 'slapd'), [
    { uid: 'tina', mail: 'tina@example.test', password, groups: ['VPN staff'] },
    { uid: 'olga', mail: 'olga@example.test', password, groups: ['guests', 'VPN staff'] },
    { uid: 'guest', mail: 'guest@example.test', password },
    ...['one', 'two'].map((uid) => ({ uid, mail: 'both@example.test', password })),
  ]);
  server = await serve({ data: data.path, args: ['--radius', '0'] });
  const { rest, info } = server;
  const replies = [
    { group: 'nobody is in this one', attributes: [{ name: 'Filter-Id', value: 'never' }] },
    {
      group: `cn=VPN staff,ou=groups,${ldapBase}`,
      attributes: [
        { name: 'Filter-Id', value: 'staff' },
        { name: 'Class', value: 'team' },
        { name: 'Tunnel-Type', tag: 1, value: 'VLAN' },
        { name: 'Tunnel-Medium-Type', tag: 1, value: 'IEEE-802' },
        { name: 'Tunnel-Private-Group-Id', tag: 1, value: '42' },
        { vendor: 9, type: 1, value: 'shell:priv-lvl=15' },
      ],
    },
    { group: 'Guests of ours', attributes: [{ name: 'Filter-Id', value: 'guests' }] },
  ];
  const bindPassword = ldapAccount.password;
  await rest.ok('PUT', '/configuration/radiusTarget/ldap', target({ bindPassword, replies }));
  const gone = { host: '127.0.0.1', port: 9, timeoutSeconds: 1 };
  const [here] = target().directories;
  await rest.ok(
    'PUT',
    '/configuration/radiusTarget/failover',
    target({ bindPassword, replies, directories: [gone, here] }),
  );
  await rest.ok(
    'PUT',
    '/configuration/radiusTarget/down',
    target({ bindPassword, directories: [gone, { ...gone, security: 'startTls' }] }),
  );
  const more = { codeAfterPassword: true };
  await rest.ok('PUT', '/configuration/radiusClient/vpn', client('127.0.0.1', { target: 'ldap' }));
  await rest.ok(
    'PUT',
    '/configuration/radiusClient/failover',
    client('127.0.0.2', { target: 'failover', ...more }),
  );
  await rest.ok('PUT', '/configuration/radiusClient/down', client('127.0.0.3', { target: 'down' }));
  const folder = join(data.path, '..');
  phone = await addPhoneUser({ rest, username: 'tina@example.test', ca: info.ca, folder });
  olga = await addOathUser(rest, 'olga@example.test');
}, 120_000);

afterAll(async () => {
  phone?.close();
  await ldap?.stop();
  await data.remove();
});

const login = (attributes: readonly string[], from = '127.0.0.1'): Promise<RadiusAnswer> =>
  radclient({
    to: server.info.radius!,
    secret,
    attributes: [...attributes, `Packet-Src-IP-Address = ${from}`, 'Message-Authenticator = 0x00'],
  });
const pap = (username: string, typed: string, from?: string): Promise<RadiusAnswer> =>
  login([`User-Name = "${username}"`, `User-Password = "${typed}"`], from);
type Listed = { readonly items: readonly { readonly requestId: string; readonly code: string }[] };
type Story = { readonly events: readonly { readonly data: { readonly rule?: string } }[] };
/** Result code of the newest attempt, and the rule that ended it. */
const lastAttempt = async (): Promise<string> => {
  const { rest } = server;
  const { items } = await rest.ok<Listed>('GET', '/authentications?limit=1');
  const { requestId, code } = items[0]!;
  const { events } = await rest.ok<Story>('GET', `/audit/explain/${requestId}`);
  return [code, ...events.map(({ data: { rule } }) => rule ?? '')].join(' ').trim();
};
const isLast = (wanted: string): Promise<true> =>
  until(wanted, async () => (await lastAttempt()).replaceAll(/ +/g, ' ') === wanted);

describe('a password that a directory checks', () => {
  test('H40-7 H10-2 SEC-41 a wrong one asks nobody', async () => {
    expect((await pap('tina', 'wrong')).code).toBe('Access-Reject');
    await isLast('PRIMARY_FAILED primary authentication: the password is wrong');
    expect(phone.shown().map(({ application }) => application)).not.toContain('VPN');
  });

  test('SEC-29 a name that is made like a filter is a name that nobody has', async () => {
    expect((await pap('*)(uid=*', password)).code).toBe('Access-Reject');
    await isLast('PRIMARY_FAILED primary authentication: the directory knows nobody of this name');
  });

  test('H30-9 an empty password authenticates nobody', async () => {
    const to = server.info.radius!;
    const vpn = await accessServer(secret);
    try {
      const empty = await exchange(vpn, vpn.request({ username: 'tina', password: '' }), to);
      expect(empty.code).toBe(codes.accessReject);
      await isLast('PRIMARY_FAILED primary authentication: the password is empty');
      const none = await exchange(vpn, vpn.request({ username: 'tina' }), to);
      expect(none.code).toBe(codes.accessReject);
      await isLast('BAD_REQUEST primary authentication: the request has no password');
    } finally {
      vpn.close();
    }
  });

  test('a name of two people is refused as an error of the directory', async () => {
    expect((await pap('both@example.test', password)).code).toBe('Access-Reject');
    await isLast('DIRECTORY_ERROR primary authentication: more than one entry has this name');
  });

  const said = {
    'Filter-Id': '"staff"',
    'Tunnel-Type:1': 'VLAN',
    'Tunnel-Medium-Type:1': 'IEEE-802',
    'Tunnel-Private-Group-Id:1': '"42"',
    'Cisco-AVPair': '"shell:priv-lvl=15"',
  };

  test('the accept says after an approval what the group of the directory has', async () => {
    const answer = pap('Tina', password);
    await phone.answer(await until('the push', () => phone.find('VPN')), 'approve');
    expect((await answer).code).toBe('Access-Accept');
    expect(Object.fromEntries((await answer).attributes)).toMatchObject(said);
    expect((await answer).attributes).toContainEqual(['Class', '0x7465616d']);
  });

  test('a name that is typed in another way is the same person: nobody gets around the code', async () => {
    for (const typed of ['OLGA', ' olga ', 'Olga@Example.Test']) {
      const asked = await pap(typed, password);
      expect(asked.code).toBe('Access-Challenge');
      expect(valueOf(asked, 'Filter-Id')).toBeUndefined();
    }
    const asked = await pap('OLGA', password);
    const answer = await login([
      'User-Name = "OLGA"',
      `User-Password = "${olga.rightCode()}"`,
      `State = ${valueOf(asked, 'State')}`,
    ]);
    expect(answer.code).toBe('Access-Accept');
    expect(Object.fromEntries(answer.attributes)).toMatchObject(said);
  });

  test('the group of the list of people counts as one of the directory does', async () => {
    const { rest } = server;
    const guest = await addOathUser(rest, 'guest@example.test');
    await rest.ok('PATCH', '/users/guest@example.test', { group: 'Guests of ours' });
    // Password and code in one field, at a server that stands behind one that is gone.
    const answer = await pap('guest', `${password}${guest.rightCode()}`, '127.0.0.2');
    expect(answer.code).toBe('Access-Accept');
    expect(valueOf(answer, 'Filter-Id')).toBe('"guests"');
  });

  test('where no server answers nobody is let in, and the auditors know of it', async () => {
    expect((await pap('tina', password, '127.0.0.3')).code).toBe('Access-Reject');
    await isLast('DIRECTORY_ERROR primary authentication: ECONNREFUSED');
    await until('the fact that it is down', async () => {
      const down = await server.rest.ok('GET', '/audit?type=ProviderDown');
      return JSON.stringify(down).includes('Provider directory 127.0.0.1:9 does not answer');
    });
  });

  test('MS-CHAPv2 is refused, with its reason', async () => {
    const answer = await login([
      'User-Name = "tina"',
      `MS-CHAP-Challenge = 0x${'01'.repeat(16)}`,
      `MS-CHAP2-Response = 0x0000${'02'.repeat(48)}`,
    ]);
    expect(answer.code).toBe('Access-Reject');
    expect(valueOf(answer, 'MS-CHAP-Error')).toBe('"\\000E=691 R=0 V=3"');
    await isLast(
      'BAD_REQUEST primary authentication: a directory that is no Windows domain takes PAP only',
    );
  });
});

describe('the settings of such a target', () => {
  const put = (item: object) =>
    server.rest.call<{ errors: { path: string; detail: string }[] }>(
      'PUT',
      '/configuration/radiusTarget/wrong',
      item,
    );

  test.each([
    ['/baseDn', 'is needed for kind ldap', { baseDn: undefined }],
    ['/directories', 'is needed for kind ldap', { directories: [] }],
    ['/domain', 'is not for kind ldap', { domain: 'CORP' }],
    ['/filter', 'as a value', { filter: '(uid=somebody)' }],
    [
      '/directories/0/security',
      'only for a server on this machine',
      {
        directories: [{ host: 'ldap.example.test', security: 'none' }],
      },
    ],
    [
      '/replies/0/attributes/0/name',
      'must be one of',
      {
        replies: [{ group: 'a', attributes: [{ name: 'User-Password', value: 'x' }] }],
      },
    ],
    [
      '/replies/0/attributes/1/value',
      'whole number',
      {
        replies: [
          {
            group: 'a',
            attributes: [
              { name: 'Filter-Id', value: 'x' },
              { name: 'Tunnel-Type', tag: 1, value: 'a tunnel' },
            ],
          },
        ],
      },
    ],
    [
      '/replies/0/attributes/0/vendor',
      'made by each login',
      {
        replies: [{ group: 'a', attributes: [{ vendor: 311, type: 16, value: 'key' }] }],
      },
    ],
    [
      '/replies',
      'is not for kind radius',
      {
        kind: 'radius',
        replies: [{ group: 'a', attributes: [{ name: 'Class', value: 'x' }] }],
      },
    ],
  ])('%s %s', async (path, detail, more) => {
    const { status, body } = await put(target(more));
    expect(status).toBe(400);
    expect(body.errors).toContainEqual(
      expect.objectContaining({ path, detail: expect.stringContaining(detail) }),
    );
  });

  test('the password of the account is shown to nobody and kept by later changes', async () => {
    const { rest } = server;
    const path = '/configuration/radiusTarget/ldap';
    const before = await rest.ok<{ item: object; version: string }>('GET', path);
    expect(JSON.stringify(before)).not.toContain(ldapAccount.password);
    expect(before.item).toMatchObject({ bindPasswordSet: true });
    const seen = { 'if-match': `"${before.version}"` };
    expect((await rest.call('PUT', path, target(), seen)).status).toBeLessThan(300);
    const asked = await until('the new settings', async () => {
      const answer = await pap('olga', password);
      return valueOf(answer, 'Reply-Message') === undefined ? undefined : answer;
    });
    expect(asked.code).toBe('Access-Challenge');
    expect(server.log()).not.toContain(ldapAccount.password);
    expect(server.log()).not.toContain(password);
  });
});
