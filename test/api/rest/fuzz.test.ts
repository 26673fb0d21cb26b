import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { operationsOf } from '../../../api/rest/operations.ts';
import { pick as pickWith, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import { fakeFacade } from './fakeFacade.ts';
import { restServer, type RestServer } from './server.ts';

const random = randomOf(seed);
const pick = <T>(items: readonly T[]): T => pickWith(random, items);

const prototypeNames = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'];
const realNames = [
  'username',
  'user',
  'application',
  'name',
  'scopes',
  'reason',
  'code',
  'blockDays',
];
const name = (): string => (random() < 0.6 ? pick(prototypeNames) : pick(realNames));
const tricky = [
  '1e400',
  'null',
  'true',
  '-1',
  '12345678901234567890',
  '""',
  '[]',
  '{}',
  '"\\u0000"',
  '"\\ud800"',
  '"../../etc/passwd"',
  `"' OR 1=1 --"`,
  '"<script>"',
  `"${'a'.repeat(3000)}"`,
];
const leaf = (): string => pick([...prototypeNames.map((text) => JSON.stringify(text)), ...tricky]);
/** JSON as text, because an object literal could not hold the names that matter here. */
const json = (depth = 0): string => {
  if (depth > 3 || random() < 0.4) return leaf();
  const length = Math.floor(random() * 4);
  if (random() < 0.3) return `[${Array.from({ length }, () => json(depth + 1)).join(',')}]`;
  return body(depth + 1, length);
};
const body = (depth: number, length: number): string =>
  `{${Array.from({ length }, () => `"${name()}":${json(depth)}`).join(',')}}`;

const leaks =
  /\bat [\w.<>]+ \(|node_modules|\.[tj]s\b|node:|SELECT |SQLITE|\bError\b|express|zod|\/work\/|\/home\//i;
// A stream answers for as long as its reader stays.
const operations = operationsOf(fakeFacade().facade).filter(({ kind }) => kind !== 'stream');

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer({ limits: { callsPerSecond: 1e6, failuresPerSecond: 1e6 } });
});
afterAll(() => rest.stop());

const once = async (): Promise<void> => {
  const { method, path } = pick(operations);
  const url = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(name()));
  const query = random() < 0.3 ? `?${name()}=${name()}&${name()}[${name()}]=1` : '';
  const sent = method === 'get' ? undefined : body(0, 1 + Math.floor(random() * 4));
  const answer = await rest.call(method.toUpperCase(), url + query, sent);
  expect(answer.headers.get('content-type') ?? 'application/json').toMatch(
    answer.status < 400
      ? /^application\/(json|x-ndjson)|^text\/(csv|plain)/
      : /^application\/(problem\+)?json/,
  );
  if (answer.status >= 400) expect(answer.text).not.toMatch(leaks);
  const isTold = answer.status < 500 || answer.status === 503;
  expect([method, url, sent, isTold]).toEqual([method, url, sent, true]);
};

describe('whatever comes in', () => {
  test('SEC-19 SEC-21 names of Object.prototype change nothing and errors tell nothing', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const rounds = count(100_000) / 8;
    for (let round = 0; round < rounds; round += 1)
      await Promise.all(Array.from({ length: 8 }, once));
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as Record<string, unknown>)['username']).toBeUndefined();
    expect((await rest.call('POST', '/users', { username: 'next' })).status).toBe(201);
    expect(rest.logged).toEqual([]);
  }, 1_200_000);

  test('SEC-68 one unknown field in any body is refused with its path', async () => {
    for (const { method, path, id, takes } of operations) {
      if (method === 'get' || takes) continue;
      const url = path.replaceAll(/\{\w+\}/g, 'none');
      for (const field of ['unknown', ...prototypeNames]) {
        const answer = await rest.call(method.toUpperCase(), url, `{"${field}":1}`);
        const paths = answer.json.errors.map((fault: { path: string }) => fault.path);
        expect([id, answer.status, paths]).toEqual([
          id,
          400,
          expect.arrayContaining([`/${field}`]),
        ]);
      }
    }
  });

  test('SEC-23 the worst bodies of 1 MB do not hold the event loop for 100 ms', async () => {
    const worst = [
      `{${fill((index) => `"k${index}":1`, 90_000)}}`,
      `{"username":${'['.repeat(500_000)}${']'.repeat(500_000)}}`,
      `{"username":[${fill(() => '{}', 300_000)}]}`,
      `{"username":"${'\\u0041'.repeat(170_000)}"}`,
      `{"username":"u","firstName":"${'a '.repeat(500_000)}"}`,
      `{"name":"n","scopes":[${fill(() => '"x"', 250_000)}]}`,
    ];
    worst.push(`{${fill((index) => `"k${index}":1`, 9_000)}}`);
    for (const text of worst)
      for (const path of ['/users', '/api-clients', '/authentications']) {
        const held = await heldMs(() => rest.call('POST', path, text));
        expect([text.slice(0, 20), path, held < 100 || held]).toEqual([
          text.slice(0, 20),
          path,
          true,
        ]);
      }
  }, 120_000);
});

const fill = (unit: (index: number) => string, length: number): string =>
  Array.from({ length }, (_, index) => unit(index)).join(',');

/**
 * The longest pause of the event loop in a call, the least of three. Where other programs held the processor
 * meanwhile, the time that this thread computed bounds what the input itself can have cost.
 */
const heldMs = async (call: () => Promise<unknown>): Promise<number> => {
  let least = Infinity;
  for (let attempt = 0; attempt < 3 && least >= 100; attempt += 1) {
    const delays = monitorEventLoopDelay({ resolution: 5 });
    const before = process.threadCpuUsage();
    delays.enable();
    await call();
    delays.disable();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, delays.max / 1e6, (user + system) / 1e3);
  }
  return least;
};
