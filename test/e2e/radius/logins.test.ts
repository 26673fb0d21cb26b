import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { types } from '../../../api/radius/attributes.ts';
import { codes, type ReceivedPacket } from '../../../api/radius/packet.ts';
import { addPhoneUser } from '../support/openPush.ts';
import { addOathUser, type OathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { radclient, valueOf, type RadiusAnswer } from '../support/radclient.ts';
import { accessServer, type AccessServer } from '../support/radiusSocket.ts';
import {
  addAccessServers,
  exchange,
  isSilent,
  otherOfAuto,
  radiusAddresses,
  radiusSecret,
  stateIn,
  valueIn,
  type AccessServers,
  type RadiusName,
} from '../support/radiusWorld.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* Logins over RADIUS without a target, at two processes of one server; radclient is FreeRADIUS's. */

const data = temporaryData();
/** Short, so that a push without an answer is over soon: it lives for 15 s, half of that with a fallback. */
const env = { COUNTERSIGN_RADIUS_SECONDS: '17' };

let first: ServerProcess;
let second: ServerProcess;
let ann: PocketPhone;
let den: PocketPhone;
let otto: OathUser;
let olga: OathUser;
let omar: OathUser;
/** Begun before all else, since they take their time. */
let unanswered: Promise<RadiusAnswer>;
let asksForCode: Buffer;
let servers: AccessServers;

const start = async (): Promise<void> => {
  first = await serve({ data: data.path, env, args: ['--radius', '0'] });
  second = await serve({ data: data.path, env, args: ['--radius', '0', '--join', 'second'] });
};
const here = (): string => first.info.radius!;
const there = (): string => second.info.radius!;

const login = (username: string, password: string, ...more: readonly string[]) =>
  radclient({
    to: here(),
    secret: radiusSecret,
    attributes: [
      `User-Name = "${username}"`,
      `User-Password = "${password}"`,
      'Message-Authenticator = 0x00',
      ...more,
    ],
  });

const withProof = ['Message-Authenticator = 0x00'];
/** radclient at a client's address; it sends no proof unless it is told to. */
const plain = (name: RadiusName, more: readonly string[] = [], timeout = 60) =>
  radclient({
    to: here(),
    secret: radiusSecret,
    attributes: [
      'User-Name = "nobody@example.com"',
      'User-Password = "x"',
      `Packet-Src-IP-Address = ${radiusAddresses[name]}`,
      ...more,
    ],
    timeout,
  });

const send = (server: AccessServer, octets: Buffer, to = here()) => exchange(server, octets, to);
const silent = (server: AccessServer, octets: Buffer, to = here()) =>
  isSilent(server, octets, to, servers);
const pushed = (phone: PocketPhone) => until('the push', () => phone.find('VPN'));
const pushesOf = (phone: PocketPhone): number =>
  phone.shown().filter(({ application }) => application === 'VPN').length;

beforeAll(async () => {
  await start();
  const { rest } = first;
  servers = await addAccessServers(rest);
  const folder = join(data.path, '..');
  const phone = (username: string) => addPhoneUser({ rest, username, ca: first.info.ca, folder });
  for (const nobody of ['nora', 'nils']) (await phone(`${nobody}@example.com`)).close();
  unanswered = login('nora@example.com', 'x', 'Calling-Station-Id = "198.51.100.3"');
  asksForCode = servers.fallback.request({ username: 'nils@example.com', station: 'a' });
  servers.fallback.send(asksForCode, here());
  [ann, den] = [await phone('ann@example.com'), await phone('den@example.com')];
  otto = await addOathUser(rest, 'otto@example.com');
  olga = await addOathUser(rest, 'olga@example.com');
  omar = await addOathUser(rest, 'omar@example.com');
}, 120_000);

afterAll(async () => {
  for (const server of Object.values(servers ?? {})) server.close();
  ann?.close();
  den?.close();
  await data.remove();
});

describe('a push', () => {
  test('H40-1 radclient with a push user: one push, an accept after the approval', async () => {
    const answer = login('ann@example.com', 'hello', 'Calling-Station-Id = "198.51.100.1"');
    await ann.answer(await pushed(ann), 'approve');
    expect((await answer).code).toBe('Access-Accept');
    expect(valueOf(await answer, 'Class')).toMatch(/^0x[0-9a-f]{64}$/);
    expect(pushesOf(ann)).toBe(1);
  });

  test('a repeated login within ten seconds is let in by it; one from elsewhere is not', async () => {
    const again = await login('ann@example.com', 'hello', 'Calling-Station-Id = "198.51.100.1"');
    expect(again.code).toBe('Access-Accept');
    expect(pushesOf(ann)).toBe(1);
  });

  test('H40-4 SEC-09 retransmissions, also to another process: one push, the same octets', async () => {
    const nas = servers.vpn;
    const request = nas.request({
      username: 'ann@example.com',
      password: 'x',
      station: '198.51.100.4',
    });
    for (let times = 0; times < 4; times += 1) nas.send(request, here());
    const push = await pushed(ann);
    for (let times = 0; times < 4; times += 1) nas.send(request, there());
    const before = nas.replies.length;
    await ann.answer(push, 'approve');
    await until('an answer of each process', () => nas.replies.length >= before + 2);
    for (const to of [here(), there()]) nas.send(request, to);
    await until('the answers to repetitions', () => nas.replies.length >= before + 4);
    const octets = new Set(nas.replies.slice(before).map((reply) => reply.octets.toString('hex')));
    expect([...octets]).toHaveLength(1);
    expect(nas.replies.at(-1)?.code).toBe(codes.accessAccept);
    expect(pushesOf(ann)).toBe(2);
  });

  test('H40-1 it is denied', async () => {
    const answer = login('den@example.com', 'hello', 'Calling-Station-Id = "198.51.100.2"');
    await den.answer(await pushed(den), 'deny');
    const { code, attributes } = await answer;
    expect(code).toBe('Access-Reject');
    expect(attributes.map(([name]) => name)).toEqual(['Message-Authenticator']);
  });
});

describe('a code', () => {
  const ask = (server: AccessServer, { username }: OathUser, to = here()) =>
    send(server, server.request({ username, station: 'b' }), to);
  const give = (
    server: AccessServer,
    asked: ReceivedPacket,
    answer: { readonly username: string; readonly password: string },
  ) => server.request({ ...answer, station: 'b', more: [stateIn(asked)] });

  test('H40-2 SEC-11 the answer may go to another process, once; a wrong one is asked for anew', async () => {
    const nas = servers.vpn;
    const { username } = otto;
    const asked = await ask(nas, otto);
    expect(asked.code).toBe(codes.accessChallenge);
    expect(valueIn(asked, types.replyMessage)?.toString()).toContain('Enter the code');
    const wrong = give(nas, asked, { username, password: otto.wrongCode(1) });
    const again = await send(nas, wrong, there());
    expect(again.code).toBe(codes.accessChallenge);
    expect(valueIn(again, types.state)).not.toEqual(valueIn(asked, types.state));
    // The same answer at the other process costs no further try, and gets the same octets.
    const before = nas.replies.length;
    nas.send(wrong, here());
    await until('the same answer', () => nas.replies.length > before);
    expect(nas.replies.at(-1)?.octets).toEqual(again.octets);
    // The first question has been answered: nothing else answers it.
    const late = give(nas, asked, { username, password: otto.rightCode() });
    expect((await send(nas, late)).code).toBe(codes.accessReject);
    const right = give(nas, again, { username, password: otto.rightCode() });
    expect((await send(nas, right)).code).toBe(codes.accessAccept);
    const reused = give(nas, again, { username, password: otto.rightCode() });
    expect((await send(nas, reused, there())).code).toBe(codes.accessReject);
  });

  test('SEC-11 a State is for its person, its client, and whole', async () => {
    const asked = await ask(servers.vpn, olga);
    const answers = [
      give(servers.vpn, asked, { username: otto.username, password: olga.rightCode() }),
      servers.vpn.request({
        username: olga.username,
        password: olga.rightCode(),
        more: [{ type: types.state, value: Buffer.from(stateIn(asked).value).fill(7, 30) }],
      }),
    ];
    for (const octets of answers)
      expect((await send(servers.vpn, octets)).code).toBe(codes.accessReject);
    const elsewhere = give(servers.strict, asked, {
      username: olga.username,
      password: olga.rightCode(),
    });
    expect((await send(servers.strict, elsewhere)).code).toBe(codes.accessReject);
  });

  test('whoever begins anew is asked for the same code', async () => {
    const again = await ask(servers.vpn, olga, there());
    expect(again.code).toBe(codes.accessChallenge);
    const right = give(servers.vpn, again, { username: olga.username, password: olga.rightCode() });
    expect((await send(servers.vpn, right)).code).toBe(codes.accessAccept);
  });

  test('SEC-10 an answer that meets an equal login on its way to the workflow is heard all the same', async () => {
    const people = ['oda', 'ole', 'ona', 'ove'].map((name) => `${name}@example.com`);
    for (const username of people) {
      const user = await addOathUser(first.rest, username);
      await ask(servers.vpn, user);
      const again = await ask(servers.vpn, user, there());
      const right = give(servers.vpn, again, { username, password: user.rightCode() });
      expect((await send(servers.vpn, right)).code).toBe(codes.accessAccept);
    }
  });

  test('in the password it decides at once, and counts once', async () => {
    const nas = servers.strict;
    const code = otto.wrongCode(5);
    const wrong = nas.request({ username: otto.username, password: code });
    expect((await send(nas, wrong)).code).toBe(codes.accessReject);
  });

  test('a client that cannot ask gets no challenge, and one that is exempt asks nobody', async () => {
    const nas = servers.silent;
    const nasAddress = (address: number[]) => ({
      type: types.nasIpAddress,
      value: Buffer.from(address),
    });
    const { username } = olga;
    const asked = nas.request({ username, more: [nasAddress([203, 0, 113, 1])] });
    expect((await send(nas, asked)).code).toBe(codes.accessReject);
    const exempt = nas.request({ username, more: [nasAddress([192, 0, 2, 77])] });
    expect((await send(nas, exempt)).code).toBe(codes.accessAccept);
  });
});

describe('a client in mode auto', () => {
  test('H40-6 SEC-03 is taken without proof until this address has shown one, in a packet without EAP', async () => {
    expect((await plain('auto')).code).toBe('Access-Accept');
    const eap = { type: types.eapMessage, value: Buffer.from([2, 1, 0, 5, 1]) };
    await send(servers.auto, servers.auto.request({ username: 'nobody@example.com', more: [eap] }));
    expect((await plain('auto')).code).toBe('Access-Accept');
    expect((await plain('auto', withProof)).code).toBe('Access-Accept');
    const unproven = () => servers.auto.request({ username: 'nobody', proven: false });
    expect(await silent(servers.auto, unproven())).toBe(true);
    await until('the other process to know', () => silent(servers.auto, unproven(), there()));
    // Another machine of the same client.
    const other = await accessServer(radiusSecret, otherOfAuto);
    const taken = await send(other, other.request({ username: 'nobody', proven: false }));
    expect(taken.code).toBe(codes.accessAccept);
    other.close();
  });
});

describe('a push without an answer', () => {
  test('H40-1 the login is rejected', async () => {
    expect((await unanswered).code).toBe('Access-Reject');
  });

  test('a client with the fallback asks for a code', async () => {
    const reply = await servers.fallback.answer(asksForCode);
    expect(reply?.code).toBe(codes.accessChallenge);
  });
});

describe('after everything was killed', () => {
  test('H40-10 a login goes on at its question', async () => {
    const { username } = omar;
    const asked = await send(servers.vpn, servers.vpn.request({ username, station: 'c' }));
    await second.kill('SIGKILL');
    await first.kill('SIGKILL');
    first = await serve({ data: data.path, env, args: ['--radius', '0'] });
    const answer = { username, password: omar.rightCode(), more: [stateIn(asked)] };
    expect((await send(servers.vpn, servers.vpn.request(answer))).code).toBe(codes.accessAccept);
  }, 120_000);

  test('H40-6 SEC-03 what a client has shown holds, until somebody takes it back, which is on record', async () => {
    expect((await plain('auto', [], 1)).code).toBeUndefined();
    expect((await plain('auto', withProof)).code).toBe('Access-Accept');
    const told = async (type: string) => {
      const { items } = await first.rest.ok<{ items: object[] }>('GET', `/audit?type=${type}`);
      return items.length > 0 && items;
    };
    const secured = await until('the audit log', () => told('RadiusClientSecured'));
    expect(secured).toHaveLength(1);
    expect(JSON.stringify(secured)).toContain(radiusAddresses.auto);
    await first.rest.ok('POST', '/radius/clients/auto/reset');
    await until('the reset', async () => (await plain('auto', [], 1)).code === 'Access-Accept');
    const reset = await until('the audit log', () => told('RadiusClientReset'));
    expect(reset).toEqual([
      expect.objectContaining({ actor: expect.stringContaining('administrator') }),
    ]);
  });

  test('SEC-05 H40-5 every reply of all these tests began with a valid proof', () => {
    const all = Object.values(servers);
    expect(all.flatMap(({ faults }) => faults)).toEqual([]);
    expect(all.reduce((sum, { replies }) => sum + replies.length, 0)).toBeGreaterThan(20);
  });
});
