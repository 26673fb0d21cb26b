import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eapolTest } from '../support/eapolTest.ts';
import { freeradius, type RadiusTargetServer } from '../support/freeradius.ts';
import { addPhoneUser } from '../support/openPush.ts';
import { addOathUser, type OathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { radclient, valueOf } from '../support/radclient.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* Logins whose password a FreeRADIUS behind us checks: what it says reaches the client, and wrong passwords ask nobody. */

const secret = 'testing testing testing testing';
const password = 'correct horse battery';
const data = temporaryData();
let server: ServerProcess;
let target: RadiusTargetServer;
let phone: PocketPhone;
let user: PocketPhone;
let olga: OathUser;
const client = '127.0.0.1';

const settings = (more: object) => ({
  addresses: [client],
  secret,
  application: 'Wi-Fi',
  target: 'ad',
  ...more,
});

beforeAll(async () => {
  const people = { 'tina@example.com': password, 'olga@example.com': password, User: 'clientPass' };
  target = await freeradius(join(data.path, '..', 'freeradius'), people);
  server = await serve({ data: data.path, args: ['--radius', '0'] });
  const { rest, info } = server;
  const [, ownPort] = info.radius!.split(':');
  const { port, accountingPort } = target;
  const one = { serverId: 'one', address: '127.0.0.1', secret: target.secret, timeoutSeconds: 20 };
  // The first of the list is not there: nobody listens on port 9 of this machine.
  const gone = { ...one, serverId: 'gone', port: 9, accountingPort: 9, timeoutSeconds: 1 };
  await rest.ok('PUT', '/configuration/radiusTarget/ad', {
    servers: [gone, { ...one, port, accountingPort }],
  });
  await rest.ok('PUT', '/configuration/radiusTarget/self', {
    servers: [{ ...one, port: Number(ownPort), secret }],
  });
  await rest.ok('PUT', '/configuration/radiusClient/wifi', settings({ codeAfterPassword: true }));
  await rest.ok('PUT', '/configuration/radiusClient/loop', {
    ...settings({ target: 'self' }),
    addresses: ['127.0.0.9'],
  });
  const folder = join(data.path, '..');
  const made = (username: string) => addPhoneUser({ rest, username, ca: info.ca, folder });
  phone = await made('tina@example.com');
  user = await made('User');
  olga = await addOathUser(rest, 'olga@example.com');
}, 120_000);

afterAll(async () => {
  phone?.close();
  user?.close();
  await target?.stop();
  await data.remove();
});

const login = (attributes: readonly string[]) =>
  radclient({
    to: server.info.radius!,
    secret,
    attributes: [...attributes, 'Message-Authenticator = 0x00'],
  });
const pap = (username: string, typed: string, ...more: readonly string[]) =>
  login([`User-Name = "${username}"`, `User-Password = "${typed}"`, ...more]);
const approve = async (by: PocketPhone): Promise<void> => {
  await by.answer(await until('the push', () => by.find('Wi-Fi')), 'approve');
};
const said = {
  'Filter-Id': '"staff"',
  'Tunnel-Private-Group-Id:1': '"42"',
  'Cisco-AVPair': '"shell:priv-lvl=15"',
  'Tunnel-Password:1': '"hidden per hop"',
};
const codesOf = async (): Promise<string> => {
  const { items } = await server.rest.ok<{ items: object[] }>('GET', '/authentications?limit=5');
  return JSON.stringify(items);
};

describe('a password that the target checks', () => {
  test('H40-7 H10-2 SEC-41 a wrong one asks nobody', async () => {
    const wrong = await pap('tina@example.com', 'wrong', 'Calling-Station-Id = "a"');
    expect(wrong.code).toBe('Access-Reject');
    expect(phone.shown().map(({ application }) => application)).not.toContain('Wi-Fi');
    expect(await codesOf()).toContain('PRIMARY_FAILED');
  });

  test('H40-8 SEC-06 SEC-07 its attributes reach the client after an approval, but for what it tells people', async () => {
    const answer = pap('tina@example.com', password, 'Calling-Station-Id = "a"');
    await approve(phone);
    expect((await answer).code).toBe('Access-Accept');
    expect(Object.fromEntries((await answer).attributes)).toMatchObject(said);
    expect(valueOf(await answer, 'Reply-Message')).toBeUndefined();
  });

  test('H40-8 its attributes reach the client after a challenge', async () => {
    const asked = await pap('olga@example.com', password, 'Calling-Station-Id = "b"');
    expect(asked.code).toBe('Access-Challenge');
    expect(valueOf(asked, 'Filter-Id')).toBeUndefined();
    const state = `State = ${valueOf(asked, 'State')}`;
    const answer = await pap('olga@example.com', olga.rightCode(), state);
    expect(answer.code).toBe('Access-Accept');
    expect(Object.fromEntries(answer.attributes)).toMatchObject(said);
  });

  test('password and code in one field: the target is given the password alone', async () => {
    const wrong = await pap('olga@example.com', `${password}${olga.wrongCode(1)}`);
    expect(wrong.code).toBe('Access-Reject');
    expect(await codesOf()).toContain('WRONG_CODE');
    const wrongPassword = await pap('olga@example.com', `not ${password}${olga.wrongCode(1)}`);
    expect(wrongPassword.code).toBe('Access-Reject');
  });

  test('H40-3 SEC-13 MS-CHAPv2: the proof and the keys of RFC 2759 and RFC 3079 arrive', async () => {
    const exchange = {
      challenge: '5b5d7c7d7b3f2f3e3c2c602132262628',
      peer: '21402324255e262a28295f2b3a337c7e',
      response: '82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df',
    };
    const { challenge, peer, response } = exchange;
    const attributes = [
      'User-Name = "User"',
      'Calling-Station-Id = "c"',
      `MS-CHAP-Challenge = 0x${challenge}`,
      `MS-CHAP2-Response = 0x0000${peer}${'00'.repeat(8)}${response}`,
    ];
    const answer = login(attributes);
    await approve(user);
    expect((await answer).code).toBe('Access-Accept');
    const success = Buffer.from('S=407A5589115FD0D6209F510FE9C04566932CDA56').toString('hex');
    expect(Object.fromEntries((await answer).attributes)).toMatchObject({
      'MS-CHAP2-Success': `0x00${success}`,
      'MS-MPPE-Send-Key': '0x8b7cdc149b993a1ba118cb153f56dccb',
      'MS-MPPE-Recv-Key': '0xd5f0e9521e3ea9589645e86051c82226',
    });
    const wrong = await login(attributes.with(3, `MS-CHAP2-Response = 0x0000${'11'.repeat(48)}`));
    expect(wrong.code).toBe('Access-Reject');
    expect(valueOf(wrong, 'MS-CHAP-Error')).toBe('"\\000E=691 R=0 V=3"');
  });

  test('H40-3 PEAP by proxy: a supplicant is let in after the approval, and has its keys', async () => {
    const identity = 'User';
    const running = eapolTest({
      folder: join(data.path, '..'),
      to: server.info.radius!,
      from: client,
      secret,
      identity,
      password: 'clientPass',
      ca: target.ca,
    });
    await approve(user);
    const { code, output } = await running;
    expect(output.split('\n').slice(-3).join(' ')).toContain('SUCCESS');
    expect(output).toContain('MPPE keys OK: 1  mismatch: 0');
    expect(code).toBe(0);
  });

  test('our own request that comes back is a loop, and refused', async () => {
    const answer = await pap(
      'tina@example.com',
      password,
      'Packet-Src-IP-Address = 127.0.0.9',
      'Calling-Station-Id = "d"',
    );
    expect(answer.code).toBe('Access-Reject');
    expect(await codesOf()).toContain('LOOP');
  });

  test('accounting is forwarded', async () => {
    const attributes = [
      'Acct-Session-Id = "s-77"',
      'Acct-Status-Type = Start',
      'User-Name = "User"',
    ];
    const call = { to: server.info.radiusAccounting!, secret, kind: 'acct' as const, attributes };
    expect((await radclient(call)).code).toBe('Accounting-Response');
    expect(target.log()).toContain('s-77');
  });
});
