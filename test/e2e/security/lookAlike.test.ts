import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { below, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import { activatePhone, type AppPhone } from '../support/appPhone.ts';
import type { Push } from '../../../cli/authenticator/wire.ts';
import { mannWhitney, median } from '../support/rankTest.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';

/*
 * Who is unknown, disabled, blocked or has no device any more must look alike to strangers (SEC-43). A calling program
 * is no stranger: its contract has a code for each of these, and it has to be authenticated to hear it. What strangers
 * reach is the mobile service: they may have come by the name of somebody's request, and must not learn from it how
 * that person stands. Doors with a password (portal, gate, RADIUS, LDAP) bring their own test.
 */

const samples = count(2_000);
const tries = 3;
const kinds = ['asked', 'blocked', 'disabled', 'withoutDevice'] as const;
type Kind = (typeof kinds)[number] | 'unknown';
type Asked = { readonly phone: AppPhone; readonly push: Push };

const data = temporaryData();
const random = randomOf(seed);
let server: ServerProcess;
const asked = new Map<Kind, Asked>();
let calls = 0;

beforeAll(async () => {
  server = await serve({ data: data.path });
  const { rest } = server;
  for (const kind of kinds) {
    const user = `${kind}@example.org`;
    await rest.ok('POST', '/users', { username: user, method: 'app' });
    const phone = await activatePhone(server, join(data.path, '..', kind), user);
    const body = { user, application: 'VPN', expiresIn: 180, numberMatch: false };
    await rest.ok('POST', '/authentications', body);
    asked.set(kind, { phone, push: await phone.push('VPN') });
  }
  await rest.ok('POST', '/blocks', { username: 'blocked@example.org', reason: 'x' });
  await rest.ok('POST', '/users/disabled@example.org/disable');
  const { devices } = await rest.ok<{ devices: { deviceId: string }[] }>(
    'GET',
    '/users/withoutDevice@example.org',
  );
  await rest.ok('DELETE', `/users/withoutDevice@example.org/devices/${devices[0]!.deviceId}`);
}, 180_000);
afterAll(async () => await data.remove(), 60_000);

/** A stranger's answer, from an address that has sent nothing before: limits count by address. */
const strange = async (kind: Kind): Promise<{ readonly seen: string; readonly ms: number }> => {
  calls += 1;
  const { phone, push } = asked.get(kind === 'unknown' ? 'asked' : kind)!;
  const from = `127.${1 + (calls >> 16)}.${(calls >> 8) & 255}.${1 + (calls % 250)}`;
  const began = performance.now();
  const { status, headers, body } = await phone.approve(push, {
    from,
    requestId: 'F0000000-0000-4000-8000-000000000001',
    deviceToken: randomBytes(32).toString('base64url'),
    proof: '',
    ...(kind === 'unknown' ? { guid: randomUUID() } : {}),
  });
  const { date: _, ...same } = headers;
  return { seen: JSON.stringify({ status, same, body }), ms: performance.now() - began };
};

const all: readonly Kind[] = ['unknown', ...kinds];

test('SEC-43 status, headers and body are the same', async () => {
  const seen = new Set<string>();
  for (const kind of all) seen.add((await strange(kind)).seen);
  expect([...seen]).toEqual([expect.stringContaining('<error-id>9002</error-id>')]);
}, 60_000);

/** The kinds in random order, so that drifts of the machine meet all alike. */
const measure = async (): Promise<ReadonlyMap<Kind, number[]>> => {
  const taken = new Map(all.map((kind): [Kind, number[]] => [kind, []]));
  const left = all.flatMap((kind) => Array.from({ length: samples }, () => kind));
  while (left.length > 0) {
    const [kind] = left.splice(below(random, left.length), 1);
    taken.get(kind!)!.push((await strange(kind!)).ms);
  }
  return taken;
};

test(`SEC-43 ${samples} answers of each kind take the same time`, async () => {
  const differences = async (): Promise<readonly string[]> => {
    const taken = await measure();
    const unknown = taken.get('unknown')!;
    return kinds.flatMap((kind) => {
      const known = taken.get(kind)!;
      const apart = Math.abs(median(known) - median(unknown));
      const p = mannWhitney(known, unknown);
      const alike = apart <= Math.max(5, 0.05 * median(unknown)) && p > 0.01;
      return alike ? [] : [`${kind}: medians ${apart.toFixed(2)} ms apart, p = ${p.toFixed(4)}`];
    });
  };
  // A real difference shows in every try, noise does not.
  let found: readonly string[] = ['not measured'];
  for (let tried = 0; tried < tries && found.length > 0; tried += 1) found = await differences();
  expect(found).toEqual([]);
}, 900_000);
