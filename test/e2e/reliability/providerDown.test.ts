import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { count, isLong } from '../../support/profile.ts';
import { bestOf } from '../../support/speed.ts';
import { ask, endOf } from '../support/openPush.ts';
import { addOathUser, inParts, type OathUser } from '../support/people.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { until } from '../support/until.ts';

/* The provider of calls takes connections and says nothing: whoever logs in by other means notices nothing. */

jest.setTimeout(180_000);
const logins = count(200);
const callers = 6;
/** How much slower logins may be meanwhile, by the ninety-ninth of a hundred. */
const slower = { times: 1.5, ms: 25 } as const;
const data = temporaryData();
let server: ServerProcess;
let provider: Server;
let people: readonly OathUser[];
const held = new Set<ServerResponse>();
let isDown = true;
/** What it says of calls once it is back: it took none. */
const noCalls = JSON.stringify({ calls: [], page: 0, page_size: 50, next_page_uri: null });

beforeAll(async () => {
  provider = createServer(({ method }, response) => {
    if (isDown) held.add(response);
    else if (method === 'GET')
      response.writeHead(200, { 'content-type': 'application/json' }).end(noCalls);
    else response.writeHead(503).end();
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const target = `127.0.0.1:${(provider.address() as AddressInfo).port}`;
  server = await serve({
    data: data.path,
    env: {
      COUNTERSIGN_ALLOWED_TARGETS: target,
      COUNTERSIGN_PUBLIC_URL: 'http://127.0.0.1:1',
      COUNTERSIGN_REST_CALLS_PER_SECOND: '10000',
    },
  });
  const { rest } = server;
  await rest.ok('PUT', '/configuration/telephonyProvider/first', {
    type: 'twilio',
    baseUrl: `http://${target}`,
    account: 'AC0123456789abcdef0123456789abcdef',
    secret: 'a-secret-of-thirty-two-characters',
    from: '+15550001111',
    order: 1,
    texts: true,
    calls: true,
  });
  const names = Array.from({ length: logins }, (_, number) => `coded${number}@example.org`);
  people = await inParts(names, (name) => addOathUser(rest, name));
  for (let number = 0; number < callers; number += 1)
    await rest.ok('POST', '/users', {
      username: `called${number}@example.org`,
      method: 'call',
      phone: `+1 5550100${100 + number}`,
    });
}, 120_000);
afterAll(async () => {
  await data.remove();
  provider.closeAllConnections();
  provider.close();
});

const logIn = async (user: OathUser): Promise<number> => {
  const begun = performance.now();
  const { code } = await server.rest.ok<{ code: string }>('POST', '/authentications', {
    user: user.username,
    application: 'VPN',
    code: user.rightCode(),
  });
  // A code counts once; that it was looked at takes as long.
  expect(['APPROVED', 'CODE_REUSED']).toContain(code);
  return performance.now() - begun;
};

/** Milliseconds within which ninety-nine of a hundred logins are done, one after the other. */
const p99 = async (): Promise<number> => {
  const times: number[] = [];
  for (const user of people) times.push(await logIn(user));
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1]!;
};

test('REL-22 while calls hang at their provider, other methods go on as before; no call lets in', async () => {
  await p99(); // What is slow the first time is no fault of the provider.
  const before = await p99();
  const calls = await Promise.all(
    Array.from({ length: callers }, (_, number) =>
      ask(server.rest, `called${number}@example.org`, 'Calls'),
    ),
  );
  await until('calls to hang', () => held.size > 0);
  const limit = before * slower.times + slower.ms;
  const meanwhile = await bestOf(isLong ? limit : Number.POSITIVE_INFINITY, p99);
  process.stderr.write(`${JSON.stringify({ logins, p99Ms: { before, meanwhile } })}\n`);
  // The order is what any machine can promise: the provider has still answered nobody.
  expect([...held].some(({ writableEnded }) => writableEnded)).toBe(false);
  if (isLong) expect(meanwhile).toBeLessThanOrEqual(limit);
  isDown = false;
  for (const response of held) response.destroy();
  for (const { requestId } of calls) {
    const { state, code } = await endOf(server.rest, requestId);
    expect([state, code]).toEqual(['failed', 'PROVIDER_ERROR']);
  }
});
