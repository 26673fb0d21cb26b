import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authenticatorResponse, mppeKeys, readChap2 } from '../../../api/radius/chap2.ts';
import { filesBelow, formsOf, hitsIn } from '../support/needles.ts';
import { ntHashHash, ntResponse } from '../support/ntPassword.ts';
import { addPhoneUser } from '../support/openPush.ts';
import { addOathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { radclient, valueOf, type RadiusAnswer } from '../support/radclient.ts';
import { ntlmAuthIn, sambaDomain, type SambaDomain } from '../support/sambaDomain.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* Logins whose password a domain controller checks: Samba's, which speaks as Active Directory does. */

const secret = 'testing testing testing testing';
const password = 'Correct-Horse-7';
const data = temporaryData();
const folder = join(data.path, '..');
let server: ServerProcess;
let dc: SambaDomain;
let phone: PocketPhone;

const target = (more: object = {}) => ({
  kind: 'windowsDomain',
  domain: dc.domain,
  baseDn: dc.baseDn,
  directories: [{ host: dc.host, serverName: dc.serverName, ca: dc.ca, timeoutSeconds: 20 }],
  ...more,
});

beforeAll(async () => {
  const place = join(folder, 'samba');
  const started = serve({
    data: data.path,
    args: ['--radius', '0'],
    env: { COUNTERSIGN_NTLM_AUTH: ntlmAuthIn(place) },
  });
  [dc, server] = await Promise.all([sambaDomain(place), started]);
  const people = [
    { name: 'wanda', isMember: true },
    { name: 'newcomer', isMember: true },
    { name: 'olga' },
    { name: 'finder' },
    { name: 'nested', commonName: 'Nested (ops) *' },
    { name: 'expired', mustChange: true },
    { name: 'locked', isDisabled: true },
  ];
  await dc.add(people, password, 'VPN staff');
  await dc.addChain('Nested (ops) *', ['Contractors', 'Outside', 'Remote']);
  const { rest, info } = server;
  const account = { bindDn: `finder@${dc.suffix}`, bindPassword: password };
  const replies = [
    { group: 'VPN staff', attributes: [{ name: 'Filter-Id', value: 'staff' }] },
    { group: 'Remote', attributes: [{ name: 'Filter-Id', value: 'remote' }] },
  ];
  await rest.ok('PUT', '/configuration/radiusTarget/found', target({ ...account, replies }));
  // Where people are looked for, there are no groups.
  const own = { replies, baseDn: `CN=Users,${dc.baseDn}` };
  await rest.ok('PUT', '/configuration/radiusTarget/own', target(own));
  const direct = { ...account, replies, nestedGroups: false };
  await rest.ok('PUT', '/configuration/radiusTarget/direct', target(direct));
  for (const [id, address] of [
    ['found', '127.0.0.1'],
    ['own', '127.0.0.2'],
    ['direct', '127.0.0.3'],
  ])
    await rest.ok('PUT', `/configuration/radiusClient/${id}`, {
      addresses: [address],
      secret,
      application: 'VPN',
      target: id,
    });
  const username = `wanda@${dc.suffix}`;
  phone = await addPhoneUser({ rest, username, ca: info.ca, folder });
  await addOathUser(rest, `olga@${dc.suffix}`);
}, 180_000);

afterAll(async () => {
  phone?.close();
  await dc?.stop();
  await data.remove();
});

const login = (attributes: readonly string[], from: string): Promise<RadiusAnswer> =>
  radclient({
    to: server.info.radius!,
    secret,
    attributes: [...attributes, `Packet-Src-IP-Address = ${from}`, 'Message-Authenticator = 0x00'],
  });
const quoted = (text: string): string => text.replaceAll('\\', String.raw`\\`);
const pap = (username: string, typed: string, from: string): Promise<RadiusAnswer> =>
  login([`User-Name = "${quoted(username)}"`, `User-Password = "${typed}"`], from);
const approve = async (): Promise<void> => {
  await phone.answer(await until('the push', () => phone.find('VPN')), 'approve');
};

type Listed = { readonly items: readonly { readonly requestId: string; readonly code: string }[] };
type Story = { readonly events: readonly { readonly data: { readonly rule?: string } }[] };
const isLast = (wanted: string): Promise<true> =>
  until(wanted, async () => {
    const { rest } = server;
    const { items } = await rest.ok<Listed>('GET', '/authentications?limit=1');
    const { requestId, code } = items[0]!;
    const { events } = await rest.ok<Story>('GET', `/audit/explain/${requestId}`);
    const rules = events.flatMap(({ data: { rule } }) => rule ?? []);
    return [code, ...rules].join(' ') === `PRIMARY_FAILED primary authentication: ${wanted}`;
  });

describe.each([
  ['found by an account for that', '127.0.0.1'],
  ['by their own name', '127.0.0.2'],
])('people who are %s', (_, from) => {
  test('H40-7 wrong passwords and names ask nobody, each with its reason', async () => {
    const shown = phone.shown();
    const cases = [
      ['wanda', 'wrong', 'the password is wrong'],
      ['expired', password, 'the password must be changed'],
      ['locked', password, 'the account is disabled'],
      [String.raw`OTHER\wanda`, password, 'the directory knows nobody of this name'],
      ['wan*', password, 'the directory knows nobody of this name'],
    ] as const;
    for (const [username, typed, reason] of cases) {
      expect([username, (await pap(username, typed, from)).code]).toEqual([
        username,
        'Access-Reject',
      ]);
      await isLast(reason);
    }
    expect(phone.shown()).toEqual(shown);
  });

  test('the name counts in each of its spellings', async () => {
    for (const typed of ['OLGA', String.raw`corp\olga`, `Olga@${dc.suffix}`])
      expect([typed, (await pap(typed, password, from)).code]).toEqual([typed, 'Access-Challenge']);
  });

  test('after an approval the accept says what the group has', async () => {
    const answer = pap(String.raw`CORP\wanda`, password, from);
    await approve();
    expect((await answer).code).toBe('Access-Accept');
    expect(valueOf(await answer, 'Filter-Id')).toBe('"staff"');
  });

  test('people are in the groups of their groups, unless the target says no', async () => {
    const { code, attributes } = await pap('nested', password, from);
    expect([code, Object.fromEntries(attributes)['Filter-Id']]).toEqual([
      'Access-Accept',
      '"remote"',
    ]);
    const direct = await pap('nested', password, '127.0.0.3');
    expect([direct.code, valueOf(direct, 'Filter-Id')]).toEqual(['Access-Accept', undefined]);
  });
});

describe('MS-CHAPv2 by the verifier of the domain', () => {
  /** The person's side of one login. */
  const exchangeOf = (username: string, typed: string) => {
    const challenge = randomBytes(16);
    const peerChallenge = randomBytes(16);
    const response = Buffer.concat([
      Buffer.from([9, 0]),
      peerChallenge,
      Buffer.alloc(8),
      ntResponse({ challenge, peerChallenge, username, password: typed }),
    ]);
    return {
      exchange: readChap2({ challenge, response, username: Buffer.from(username) }),
      attributes: [
        `MS-CHAP-Challenge = 0x${challenge.toString('hex')}`,
        `MS-CHAP2-Response = 0x${response.toString('hex')}`,
      ],
    };
  };

  test.each([
    ['wanda', String.raw`CORP\wanda`],
    // Nobody here knows this one, so there is no second factor.
    ['newcomer@corp.example.test', 'newcomer@corp.example.test'],
  ])('H40-3 SEC-13 proof and keys fit the password of %s', async (username, typed) => {
    const { exchange, attributes } = exchangeOf(username, password);
    const answer = login([`User-Name = "${quoted(typed)}"`, ...attributes], '127.0.0.1');
    if (username === 'wanda') await approve();
    const { code, attributes: said } = await answer;
    expect(code).toBe('Access-Accept');
    const hash = ntHashHash(password);
    const proof = Buffer.from(`\x09${authenticatorResponse(exchange, hash)}`, 'latin1');
    const { send, receive } = mppeKeys(exchange, hash);
    expect(Object.fromEntries(said)).toMatchObject({
      'MS-CHAP2-Success': `0x${proof.toString('hex')}`,
      'MS-MPPE-Send-Key': `0x${send.toString('hex')}`,
      'MS-MPPE-Recv-Key': `0x${receive.toString('hex')}`,
      'Filter-Id': '"staff"',
    });
    // Neither logged nor stored, in whatever form.
    const needles = [exchange.response, exchange.challenge, hash, send, receive].flatMap(formsOf);
    const log = Buffer.from(server.log());
    expect(needles.filter(({ bytes }) => log.includes(bytes))).toEqual([]);
    expect(hitsIn(filesBelow(data.path), needles)).toEqual([]);
  });

  test('SEC-13 a wrong response asks nobody and is refused as the RFC wants it', async () => {
    const { attributes } = exchangeOf('wanda', 'wrong');
    const answer = await login(['User-Name = "wanda"', ...attributes], '127.0.0.1');
    expect(answer.code).toBe('Access-Reject');
    expect(valueOf(answer, 'MS-CHAP-Error')).toBe(String.raw`"\tE=691 R=0 V=3"`);
    await isLast('the password is wrong');
    const { attributes: right } = exchangeOf('locked', password);
    const shut = await login(['User-Name = "locked"', ...right], '127.0.0.1');
    expect(shut.code).toBe('Access-Reject');
    await isLast('the account is disabled');
  });

  test('a person who can be asked for a code only has no way', async () => {
    const { attributes } = exchangeOf('olga', password);
    const answer = await login(['User-Name = "olga"', ...attributes], '127.0.0.1');
    expect(answer.code).toBe('Access-Reject');
  });

  test('without an account that looks for people it is not spoken', async () => {
    const { attributes } = exchangeOf('wanda', password);
    const answer = await login(['User-Name = "wanda"', ...attributes], '127.0.0.2');
    expect(answer.code).toBe('Access-Reject');
  });
});
