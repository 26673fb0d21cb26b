import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { types } from '../../../api/radius/attributes.ts';
import type { RadiusStatus } from '../../../api/radius/monitor.ts';
import { codes, type ReceivedPacket } from '../../../api/radius/packet.ts';
import { count } from '../../support/profile.ts';
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
/** Logins and answers to questions that have all been answered, and until when. */
let told: readonly Buffer[];
let toldAt: number;

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
type Page = {
  readonly items: readonly { readonly requestId: string }[];
  readonly nextCursor?: string;
};
const attemptsOf = async (username: string): Promise<Page['items']> => {
  const path = `/authentications?user=${encodeURIComponent(username)}&application=${application}`;
  const items: Page['items'][number][] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: Page = await first.rest.ok<Page>('GET', `${path}${cursor}`);
    items.push(...page.items);
    cursor = page.nextCursor && `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
  return items;
};
const pushesOf = (phone: PocketPhone): number =>
  phone.shown().filter((one) => one.application === application).length;

beforeAll(async () => {
  first = await serve({ data: data.path, env, args: ['--radius', '0'] });
  second = await join2();
  const { rest, info } = first;
  await rest.ok('PUT', '/configuration/radiusClient/vpn', {
    addresses: ['127.0.0.1'],
    secret: radiusSecret,
    application,
    target: 'none',
    requestsPerSecond: 10_000,
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
  test('REL-18 H40-4 SEC-09 H40-10 one push, one decision, one answer; one question for a code', async () => {
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
      expect(pushesOf(phone)).toBe(1);
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
    told = all;
  }, 120_000);

  test('H40-2 the code after it: five times, one accept', async () => {
    const { username } = otto;
    const more = [stateIn(question)];
    const answer = nas.request({ username, password: otto.rightCode(), more });
    sendTo([answer], here(), there(), here(), there(), here());
    expect((await answersTo(answer)).map(({ code }) => code)).toEqual([codes.accessAccept]);
    expect(await attemptsOf(username)).toHaveLength(1);
    told = [...told, answer];
    toldAt = Date.now();
  });
});

describe('many logins', () => {
  test('SEC-09 1,000, each sent five times: as many attempts and pushes, and equal octets', async () => {
    const all = count(1_000);
    // Whoever has said no is asked for codes for a while.
    const asked = phones.slice(0, 2);
    const byPhone = await Promise.all(
      asked.map(async ({ username, phone }, at) => {
        const before = { pushes: pushesOf(phone), attempts: (await attemptsOf(username)).length };
        const watching = phone.watch('approve');
        const logins: Buffer[] = [];
        for (let number = at; number < all; number += asked.length) {
          const octets = nas.request({ username, station: `station-${number}` });
          sendTo([octets], here(), there(), here(), there(), here());
          await until('answers of both processes', () => nas.repliesTo(octets).length >= 2);
          sendTo([octets], there(), here());
          logins.push(octets);
        }
        const [last] = logins.slice(-1);
        await until('answers to repetitions', () => nas.repliesTo(last!).length >= 4);
        await watching.stop();
        const attempts = await until('the attempts in the list', async () => {
          const found = await attemptsOf(username);
          return found.length >= before.attempts + logins.length && found;
        });
        expect(attempts).toHaveLength(before.attempts + logins.length);
        expect(pushesOf(phone)).toBe(before.pushes + logins.length);
        return logins;
      }),
    );
    const logins = byPhone.flat();
    expect(logins).toHaveLength(all);
    const named = logins.map((octets) => {
      const replies = nas.repliesTo(octets);
      const different = new Set(replies.map((reply) => reply.octets.toString('hex')));
      expect([replies[0]?.code, different.size]).toEqual([codes.accessAccept, 1]);
      return valueIn(replies[0]!, types.class)!.toString();
    });
    expect(new Set(named).size).toBe(all);
  }, 900_000);

  test('SEC-10 five repeats at each process join: one push, ten equal answers; no foreign station joins', async () => {
    const { username, phone } = phones[0]!;
    const before = pushesOf(phone);
    const repeats = Array.from({ length: 10 }, () => nas.request({ username, station: 'own' }));
    nas.send(repeats[0]!, here());
    const push = await until('the push', () => phone.find(application));
    for (const [at, octets] of repeats.entries()) nas.send(octets, at % 2 === 0 ? here() : there());
    const strangers = Array.from({ length: count(1_000) }, (_, at) => `foreign-${at}`);
    const foreign: number[] = [];
    const next = strangers.values();
    const work = async (to: string): Promise<void> => {
      for (const station of next) {
        const octets = nas.request({ username, station });
        nas.send(octets, to);
        foreign.push((await nas.answer(octets))!.code);
      }
    };
    await Promise.all([here(), there(), here(), there()].map(work));
    expect(foreign).toEqual(strangers.map(() => codes.accessReject));
    expect(repeats.flatMap((octets) => nas.repliesTo(octets))).toEqual([]);

    expect(await phone.answer(push, 'approve')).toBe('recorded');
    const answers = await Promise.all(repeats.map((octets) => nas.answer(octets)));
    // Class names each request; all else of an answer is the same.
    const said = answers.map((reply) => ({
      code: reply?.code,
      types: reply?.attributes.map(({ type }) => type),
    }));
    expect(said).toEqual(
      repeats.map(() => ({
        code: codes.accessAccept,
        types: [types.messageAuthenticator, types.class],
      })),
    );
    expect(pushesOf(phone)).toBe(before + 1);
  }, 300_000);

  test('SEC-09 half a minute after its answer nobody is told it again, here or there, and nobody is asked', async () => {
    await sleep(Math.max(0, toldAt + 30_000 - Date.now()));
    const duplicates = async ({ rest }: ServerProcess): Promise<number> => {
      const { clients } = await rest.ok<RadiusStatus>('GET', '/radius/status');
      return clients.find(({ clientId }) => clientId === 'vpn')?.counters.duplicate ?? 0;
    };
    const seen = () => ({
      replies: told.map((octets) => nas.repliesTo(octets).length),
      pushes: phones.map(({ phone }) => pushesOf(phone)),
    });
    const before = [await duplicates(first), await duplicates(second)];
    const [attempts, heard] = [await attemptsOf(otto.username), seen()];
    sendTo(told, here(), there());
    for (const [at, server] of [first, second].entries())
      await until('their repetitions counted', async () => {
        const now = await duplicates(server);
        return now >= before[at]! + told.length;
      });
    expect(seen()).toEqual(heard);
    expect(await attemptsOf(otto.username)).toEqual(attempts);
  });

  test('SEC-05 every reply began with a valid proof', () => {
    expect(nas.faults).toEqual([]);
  });
});
