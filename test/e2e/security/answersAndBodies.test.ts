import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scopes } from '../../../api/rest/scopes.ts';
import { pick, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import { addOathUser, addSdkAccount } from '../support/people.ts';
import {
  headOnly,
  rawClient,
  type RawAnswer,
  type RawCall,
  type RawClient,
} from '../support/rawHttp.ts';
import { randomCalls, type RestOperation } from '../support/randomCalls.ts';
import { sdkPath } from '../support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { worstInputs } from '../support/worstInputs.ts';

/* Bytes from strangers: what is read, what is told back, and how long it holds everybody else up. */

const calls = count(20_000);
const clients = 8; // The rate of one token would hide most routes behind 429.
const mismatches = 100;
const blockedMs = 100;
const data = temporaryData();
const random = randomOf(seed);
let server: ServerProcess;
let raw: RawClient;
let tokens: readonly string[] = [];
let operations: readonly RestOperation[] = [];
let sdkAuthorization: string;

beforeAll(async () => {
  server = await serve({ data: data.path });
  raw = rawClient(server);
  const { rest } = server;
  const { username, password } = await addSdkAccount(rest, 'svc');
  sdkAuthorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  tokens = await Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      const client = { name: `client-${number}`, scopes: [...scopes] };
      return (await rest.ok<{ token: string }>('POST', '/api-clients', client)).token;
    }),
  );
  const { body } = await raw.call({ secure: false, method: 'GET', path: '/api/v1/openapi.json' });
  const described = JSON.parse(body) as { paths: Record<string, Record<string, unknown>> };
  operations = Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  // A stream has no end to wait for.
  operations = operations.filter(({ path }) => path !== '/events/stream');
}, 120_000);

afterAll(async () => {
  raw.close();
  await data.remove();
}, 60_000);

describe('SEC-20 the caller of the SDK', () => {
  const head = (...more: string[]) => [
    `POST ${sdkPath} HTTP/1.1`,
    'Content-Type: text/xml; charset=utf-8',
    'Content-Length: 100000',
    ...more,
  ];

  test('SEC-20 is asked who it is before one byte of the body is there', async () => {
    const wrong = `Authorization: Basic ${Buffer.from('svc:wrong').toString('base64')}`;
    for (const more of [[], [wrong], ['Authorization: Bearer x'], ['Authorization: Basic !']]) {
      const heard = await headOnly(server, head(...more), 5_000);
      expect(heard).toMatch(/^HTTP\/1\.1 401 /);
      expect(heard).toMatch(/\r\nwww-authenticate: Basic realm=/i);
    }
    // With the right name the body is waited for.
    const right = `Authorization: ${sdkAuthorization}`;
    expect(await headOnly(server, head(right), 500)).toBe('');
  });

  test('SEC-20 REST asks for the token before the body, too', async () => {
    const heard = await headOnly(
      server,
      ['POST /api/v1/users HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 1000'],
      5_000,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 401 /);
  });

  test(`SEC-20 the operation is what the body says: ${mismatches} other SOAPActions are refused and do nothing`, async () => {
    const user = await addOathUser(server.rest, 'mismatch@example.org');
    const namespace = 'http://www.phonefactor.com/PfWsSdk';
    const body = `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><RemoveUser xmlns="${namespace}"><username>${user.username}</username></RemoveUser></soap:Body></soap:Envelope>`;
    const actions = ['TestSecurity', 'GetUserInfo', 'removeuser', 'RemoveUser ', 'RemoveUser/', ''];
    for (let number = 0; number < mismatches; number += 1) {
      const name = `${pick(random, actions)}${number > actions.length ? number : '-'}`;
      const headers = {
        authorization: sdkAuthorization,
        'content-type': 'text/xml; charset=utf-8',
        soapaction: `"${namespace}/${name}"`,
      };
      const answer = await raw.call({ secure: true, method: 'POST', path: sdkPath, headers, body });
      expect([answer.status, answer.body.includes('soap:Client')]).toEqual([500, true]);
    }
    await server.rest.ok('GET', `/users/${user.username}`);
  });
});

/** What only we should know about ourselves. */
const tells =
  /node_modules|node:internal|\bat [\w.<>]+ \(|\bat (?:file|async)|\.(?:ts|js):\d+|\/(?:work|home|root|tmp|usr)\/|SQLITE|SqliteError|sqlite|SELECT |constraint failed|temporal|express|countersign\/|nodejs|Error: |\[object /i;
const mediaTypes = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/problem+json',
  'application/problem+json; charset=utf-8',
  'application/x-ndjson',
  'application/soap+xml; charset=utf-8',
  'application/xml; charset=utf-8',
  'text/csv; charset=utf-8',
  'text/xml; charset=utf-8',
  'text/html; charset=utf-8',
  'text/plain; charset=utf-8',
]);
/** Pages that describe the interfaces name things on purpose. */
const isDescription = ({ path, method }: RawCall): boolean =>
  method !== 'POST' && /openapi|docs|wsdl|disco|asmx/i.test(path);

/** Dashboards know the gauges of a process by these names; any version among them is still a fault. */
const gaugeOfNode = /nodejs_(?!version)\w+/g;
const isMetrics = ({ path }: RawCall): boolean => path.startsWith('/api/v1/metrics');

const faultsOf = (call: RawCall, { status, headers, body }: RawAnswer): readonly string[] => {
  const type = headers['content-type'];
  const where = `${call.method} ${call.path.slice(0, 80)}: ${status}`;
  // 500 is what ASMX answers a fault with; 503 is busy; nothing else may be our own fault.
  const isAsmx = /asmx/i.test(call.path);
  const told = isMetrics(call) ? body.replaceAll(gaugeOfNode, '') : body;
  return [
    ...(status >= 500 && status !== 503 && !(status === 500 && isAsmx) ? [`${where} fails`] : []),
    ...(status === 500 && !body.includes('soap:Client') && !body.includes('soap:Sender')
      ? [`${where} ${body.slice(0, 300)}`]
      : []),
    ...(body !== '' && !mediaTypes.has(String(type)) ? [`${where} type ${String(type)}`] : []),
    ...(headers['server'] || headers['x-powered-by'] ? [`${where} says what it is`] : []),
    ...(!isDescription(call) && tells.test(told)
      ? [`${where} tells ${tells.exec(told)?.[0]}: ${told.slice(0, 300)}`]
      : []),
  ];
};

test(`SEC-21 ${calls} calls of all routes with broken bodies: no answer tells a stack, a path, a version or SQL, and every media type is ours`, async () => {
  const faults = new Set<string>();
  const statuses = new Map<number, number>();
  const atATime = 4;
  const nextCall = randomCalls({ random, tokens, operations, sdkAuthorization });
  for (let done = 0; done < calls; done += atATime) {
    const some = Array.from({ length: atATime }, nextCall);
    await Promise.all(
      some.map(async (call) => {
        const answer = await raw.call(call);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        for (const fault of faultsOf(call, answer)) faults.add(fault);
      }),
    );
  }
  process.stderr.write(`SEC-21: ${JSON.stringify(Object.fromEntries(statuses))}\n`);
  expect([...faults]).toEqual([]);
  const { status } = await raw.call({ secure: false, method: 'GET', path: '/api/v1/health/ready' });
  expect(status).toBe(200);
  expect(server.log()).not.toMatch(/uncaught exception|unhandled rejection/);
}, 600_000);

/** Longest that anybody else waited while this call was worked on. */
const heldUpMs = async (call: RawCall): Promise<number> => {
  const progress = { isOver: false };
  // A body that is refused early ends its connection.
  const sent = raw.call(call).then(
    () => (progress.isOver = true),
    () => (progress.isOver = true),
  );
  let longestMs = 0;
  do {
    const from = performance.now();
    await raw.call({ secure: false, method: 'GET', path: '/api/v1/health/live' });
    longestMs = Math.max(longestMs, performance.now() - from);
  } while (!progress.isOver);
  await sent;
  return longestMs;
};

test(`SEC-23 no single input holds others up for more than ${blockedMs} ms`, async () => {
  const tries = 12; // A neighbour on the machine holds up one try, an input holds up each.
  const slow: string[] = [];
  let worst = { name: '', ms: 0 };
  const inputs = worstInputs({ rest: `Bearer ${tokens[0]}`, sdk: sdkAuthorization });
  for (const { name, call } of inputs) {
    let least = Number.POSITIVE_INFINITY;
    for (let tried = 0; tried < tries && least > blockedMs; tried += 1)
      least = Math.min(least, await heldUpMs(call));
    if (least > worst.ms) worst = { name, ms: least };
    if (least > blockedMs) slow.push(`${name}: ${least.toFixed(0)} ms`);
  }
  process.stderr.write(
    `SEC-23: ${inputs.length} inputs, longest ${worst.ms.toFixed(0)} ms (${worst.name})\n`,
  );
  expect(slow).toEqual([]);
}, 300_000);
