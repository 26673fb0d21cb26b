import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { types } from '../../../api/radius/attributes.ts';
import { codes, type ReceivedPacket } from '../../../api/radius/packet.ts';
import { addPhoneUser } from '../support/openPush.ts';
import { addOathUser, type OathUser } from '../support/people.ts';
import type { PocketPhone } from '../support/pocketPhone.ts';
import { accessServer, type AccessServer } from '../support/radiusSocket.ts';
import { radiusSecret, stateIn, valueIn } from '../support/radiusWorld.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/*
 * Each login is sent five times, to two processes of one server, one of which is killed in the middle and comes back:
 * people are asked once, it is decided once, and every answer is the same.
 */

const data = temporaryData();
const application = 'VPN';
/** Nobody's push is over before a slow machine has started a process again. */
const env = { COUNTERSIGN_RADIUS_SECONDS: '180' };
let first: ServerProcess;
let second: ServerProcess;
let nas: AccessServer;
let phones: readonly { readonly username: string; readonly phone: PocketPhone }[];
let otto: OathUser;
/** What otto was asked. */
let question: ReceivedPacket;

const join2 = (): Promise<ServerProcess> =>
  serve({ data: data.path, env, args: ['--radius', '0', '--join', 'second'] });
const here = (): string => first.info.radius!;
const there = (): string => second.info.radius!;
const sendTo = (requests: readonly Buffer[], ...places: readonly string[]): void => {
  for (const octets of requests) for (const to of places) nas.send(octets, to);
};

/** What these octets were answered, each different answer once; after one of each of both processes. */
const answersTo = async (octets: Buffer): Promise<readonly ReceivedPacket[]> => {
  const found = () => nas.repliesTo(octets);
  await until('answers of both processes', () => found().length >= 2);
  const different = new Map(found().map((reply) => [reply.octets.toString('hex'), reply]));
  return [...different.values()];
};
const attemptsOf = async (username: string): Promise<readonly { requestId: string }[]> => {
  const path = `/authentications?user=${encodeURIComponent(username)}&application=${application}`;
  return (await first.rest.ok<{ items: { requestId: string }[] }>('GET', path)).items;
};

beforeAll(async () => {
  first = await serve({ data: data.path, env, args: ['--radius', '0'] });
  second = await join2();
  const { rest, info } = first;
  await rest.ok('PUT', '/configuration/radiusClient/vpn', {
    addresses: ['127.0.0.1'],
    secret: radiusSecret,
    application,
    target: 'none',
  });
  nas = await accessServer(radiusSecret);
  const folder = join(data.path, '..');
  const names = ['ann@example.com', 'ben@example.com', 'cara@example.com'];
  phones = await Promise.all(
    names.map(async (username) => ({
      username,
      phone: await addPhoneUser({ rest, username, ca: info.ca, folder }),
    })),
  );
  otto = await addOathUser(rest, 'otto@example.com');
}, 120_000);

afterAll(async () => {
  for (const { phone } of phones ?? []) phone.close();
  nas?.close();
  await data.remove();
});

describe('five times over two processes with a kill', () => {
  test('H40-4 SEC-09 H40-10 one push, one decision, one answer; one question for a code', async () => {
    const request = (username: string) => nas.request({ username, station: '198.51.100.9' });
    const pushed = phones.map(({ username }) => request(username));
    const asked = request(otto.username);
    const all = [...pushed, asked];
    sendTo(all, here(), there());
    const pushes = await Promise.all(
      phones.map(({ phone }) => until('the push', () => phone.find(application))),
    );
    await second.kill('SIGKILL');
    sendTo(all, here());
    second = await join2();
    sendTo(all, there());
    // The last one says no.
    for (const [at, { phone }] of phones.entries())
      expect(await phone.answer(pushes[at]!, at < 2 ? 'approve' : 'deny')).toBe('recorded');
    for (const octets of pushed) await until('an answer', () => nas.repliesTo(octets).length > 0);
    sendTo(all, here());

    const decided = await Promise.all(pushed.map((octets) => answersTo(octets)));
    expect(decided.map((answers) => answers.map(({ code }) => code))).toEqual([
      [codes.accessAccept],
      [codes.accessAccept],
      [codes.accessReject],
    ]);
    for (const [at, { username, phone }] of phones.entries()) {
      const shown = phone.shown().filter((one) => one.application === application);
      expect(shown).toHaveLength(1);
      const attempts = await until('the attempt in the list', async () => {
        const found = await attemptsOf(username);
        return found.length > 0 && found;
      });
      expect(attempts).toHaveLength(1);
      // Class names the attempt.
      if (at < 2)
        expect(valueIn(decided[at]![0]!, types.class)?.toString()).toBe(attempts[0]?.requestId);
    }
    const questions = await answersTo(asked);
    expect(questions.map(({ code }) => code)).toEqual([codes.accessChallenge]);
    question = questions[0]!;
  }, 120_000);

  test('H40-2 the code after it: five times, one accept', async () => {
    const { username } = otto;
    const more = [stateIn(question)];
    const answer = nas.request({ username, password: otto.rightCode(), more });
    sendTo([answer], here(), there(), here(), there(), here());
    expect((await answersTo(answer)).map(({ code }) => code)).toEqual([codes.accessAccept]);
    expect(await attemptsOf(username)).toHaveLength(1);
  });

  test('SEC-05 every reply began with a valid proof', () => {
    expect(nas.faults).toEqual([]);
  });
});
