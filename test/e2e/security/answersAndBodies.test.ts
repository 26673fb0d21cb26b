import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scopes } from '../../../api/rest/scopes.ts';
import { mutate, pick, randomOf } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import { campaign, slowMs } from '../support/campaign.ts';
import { addOathUser, addSdkAccount } from '../support/people.ts';
import {
  headOnly,
  rawClient,
  type RawAnswer,
  type RawCall,
  type RawClient,
} from '../support/rawHttp.ts';
import { randomCalls, type RestOperation } from '../support/randomCalls.ts';
import { restClient } from '../support/rest.ts';
import { sdkPath } from '../support/sdk.ts';
import { serve, temporaryData, type ServerProcess } from '../support/serverProcess.ts';
import { ordersOf } from '../support/sweep.ts';
import { until } from '../support/until.ts';
import { xmlCorpus, xmlMarks } from '../support/xmlCorpus.ts';

/* Bytes from strangers: what is read, what is told back, and how long it holds everybody else up. */

const calls = count(20_000);
const clients = 8; // The rate of one token would hide most routes behind 429.
const mismatches = 100;
const grewMbMax = 100;
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

test(`SEC-21 REL-20 ${calls} mutated XML bodies of every message: no crash, none takes a second, and memory stays`, async () => {
  const corpus = xmlCorpus();
  const faults = new Set<string>();
  const { slowestMs, grewMb } = await campaign({
    server,
    kind: 'xml',
    calls,
    make: (chance): RawCall => {
      const { path, body } = pick(chance, corpus);
      const authorization = path === sdkPath ? { authorization: sdkAuthorization } : {};
      return {
        secure: true,
        method: 'POST',
        path,
        headers: { ...authorization, 'content-type': 'text/xml; charset=utf-8' },
        body: mutate(Buffer.from(body), chance, xmlMarks),
      };
    },
    async send(call) {
      for (const fault of faultsOf(call, await raw.call(call))) faults.add(fault);
    },
  });
  process.stderr.write(
    `mutated XML: slowest ${slowestMs.toFixed(0)} ms, memory grew ${grewMb.toFixed(0)} MB\n`,
  );
  expect([...faults]).toEqual([]);
  expect(slowestMs).toBeLessThanOrEqual(slowMs);
  expect(grewMb).toBeLessThanOrEqual(grewMbMax);
  await server.rest.ok('GET', '/settings');
  expect(server.log()).not.toMatch(/uncaught exception|unhandled rejection/);
}, 1_200_000);

/**
 * Whoever puts one of these names it; a login of nobody is decided like any other; and what somebody says to have exported
 * is on record as their word.
 */
const namesItsOwn =
  /^PUT \/configuration\/|^POST \/users\/{username}\/test$|^POST \/audit\/exports\/{exportId}\/finish$/;
/** Where the description alone does not say enough for a body that fits. */
const fitting: Readonly<Record<string, object>> = {
  setSecurityQuestions: {
    questions: [1, 2, 3, 4].map((at) => ({ question: `q${at}`, answer: `a${at}` })),
  },
  approveApproval: { hash: '0'.repeat(64), approver: 'nobody' },
  rejectApproval: { hash: '0'.repeat(64), approver: 'nobody' },
  setDelegation: {
    to: 'nobody',
    from: '2027-01-01T00:00:00Z',
    until: '2027-01-02T00:00:00Z',
  },
};

test('SEC-60 an id that is nobody\u2019s is 404, or has an empty list, at every operation that takes one', async () => {
  const orders = await ordersOf(server.rest);
  const reads = operations.filter(({ method }) => method === 'GET');
  const other: string[] = [];
  const all = [...orders, ...reads.map((read) => ({ ...read, id: '', body: undefined }))];
  for (const { id, method, path, body } of all) {
    if (!path.includes('{') || namesItsOwn.test(`${method} ${path}`)) continue;
    const url = path
      .replace('{position}', '999999999')
      .replaceAll(/\{(?:id|requestId|\w+Id)\}/g, 'F'.repeat(32))
      .replaceAll(/\{\w+\}/g, 'nobody');
    const answer = await server.rest.call<{ items?: unknown[] }>(method, url, fitting[id] ?? body);
    const isEmpty = answer.status === 200 && answer.body.items?.length === 0;
    if (answer.status !== 404 && !isEmpty)
      other.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  expect(other).toEqual([]);
});

test('SEC-60 SEC-63 what another client has begun is not there for one that may do the same', async () => {
  const client = async () => {
    const body = { name: 'one of two', scopes: ['verify', 'approvals.request'] };
    const { token } = await server.rest.ok<{ token: string }>('POST', '/api-clients', body);
    return restClient(server.info.http, token);
  };
  const [owner, stranger] = [await client(), await client()];
  const user = await addOathUser(server.rest, 'foreign@example.org');
  const ask = { user: user.username, application: 'Portal' };
  const { requestId } = await owner.ok<{ requestId: string }>('POST', '/authentications', ask);
  const code = { code: user.rightCode() };
  const tries = [
    ['GET', ''],
    ['POST', '/code', code],
    ['POST', '/cancel'],
    ['GET', '/stream'],
  ] as const;
  await until('the view', async () => {
    const { status } = await owner.call('GET', `/authentications/${requestId}`);
    return status === 200;
  });
  for (const id of [requestId, 'F'.repeat(32)])
    for (const [method, more, body] of tries) {
      const { status } = await stranger.call(method, `/authentications/${id}${more}`, body);
      expect([method, more, status]).toEqual([method, more, 404]);
    }
  const right = await owner.ok('POST', `/authentications/${requestId}/code`, code);
  expect(right['state']).toBe('approved');
});
