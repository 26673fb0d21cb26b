import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { assert, constantFrom, integer, property } from 'fast-check';
import { guardedFetch, NoAnswer, TargetRefused } from '../../../adapters/http/guardedFetch.ts';
import { isOuterAddress, type Resolver } from '../../../adapters/http/targets.ts';
import { freePort } from '../../support/freePort.ts';
import { count, seed } from '../../support/profile.ts';

const limits = { timeoutMs: 2_000, maxBodyBytes: 1_000 };
const asked: string[] = [];
let server: Server;
let port: number;

beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/silent') return;
    if (request.url === '/away') {
      response.writeHead(302, { location: '/inner' }).end();
      return;
    }
    if (request.url === '/reset') {
      request.socket.destroy();
      return;
    }
    if (request.url === '/long') {
      response.write('x'.repeat(2_000));
      return;
    }
    response.setHeader('x-method', request.method ?? '');
    request.pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const here = (path: string): string => `http://127.0.0.1:${port}${path}`;
const allowed = () => ({ ...limits, allow: [`127.0.0.1:${port}`] });
const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it was answered',
    (error: unknown) => error,
  );

describe('an allowed target', () => {
  test('gets the request and gives its answer', async () => {
    const answer = await guardedFetch(here('/echo?a=b'), {
      ...allowed(),
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'Grüße',
    });
    expect([answer.status, answer.headers['x-method'], answer.body.toString()]).toEqual([
      200,
      'POST',
      'Grüße',
    ]);
  });

  test('is not followed elsewhere', async () => {
    expect((await guardedFetch(here('/away'), allowed())).status).toBe(302);
    expect(asked).toEqual(['/away']);
  });

  test('that answers at length, late, or not at all has had the request', async () => {
    expect(await failure(guardedFetch(here('/long'), allowed()))).toMatchObject({
      reason: 'tooLarge',
      sent: true,
    });
    const soon = { ...allowed(), timeoutMs: 100 };
    expect(await failure(guardedFetch(here('/silent'), soon))).toMatchObject({
      reason: 'timeout',
      sent: true,
    });
    expect(await failure(guardedFetch(here('/reset'), allowed()))).toMatchObject({
      reason: 'reset',
      sent: true,
    });
  });

  test('that is not there has certainly not had the request', async () => {
    const nobody = await freePort();
    const init = { ...limits, allow: [`127.0.0.1:${nobody}`] };
    expect(await failure(guardedFetch(`http://127.0.0.1:${nobody}/`, init))).toMatchObject({
      reason: 'connect',
      sent: false,
    });
    const unknown: Resolver = () => Promise.reject(new Error('ENOTFOUND'));
    expect(
      await failure(
        guardedFetch('https://nowhere.example/', { ...limits, allow: [], resolve: unknown }),
      ),
    ).toMatchObject({ reason: 'resolve', sent: false });
    const never: Resolver = () => new Promise(() => {});
    expect(
      await failure(
        guardedFetch('https://nowhere.example/', {
          ...limits,
          timeoutMs: 50,
          allow: [],
          resolve: never,
        }),
      ),
    ).toMatchObject({ reason: 'timeout', sent: false });
  });

  test('that takes the connection but never speaks TLS has not had the request', async () => {
    const sockets: Socket[] = [];
    const mute = createTcpServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const target = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const init = { ...limits, timeoutMs: 100, allow: [target] };
    expect(await failure(guardedFetch(`https://${target}/`, init))).toMatchObject({
      reason: 'timeout',
      sent: false,
    });
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  test('is left alone once the caller has gone', async () => {
    const gone = new AbortController();
    const answer = failure(guardedFetch(here('/silent'), { ...allowed(), signal: gone.signal }));
    gone.abort();
    expect(await answer).toMatchObject({ reason: 'aborted' });
    expect(
      await failure(guardedFetch(here('/'), { ...allowed(), signal: gone.signal })),
    ).toBeInstanceOf(NoAnswer);
  });
});

describe('SEC-62 targets that people choose', () => {
  const inner = [
    'http://127.0.0.1/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001::1]/',
    'https://[ff02::1]/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'https://user@example.com/',
    'https://example.com:22/',
    'https://example.com:6379/',
    'http://example.com/',
    'nonsense',
  ];
  /** Passes the check, and no network leads there: the 6bone (RFC 3701) is gone. */
  const outerToNowhere = { address: '3ffe::1', family: 6 };
  const nobodyAsks: Resolver = (host) => Promise.reject(new Error(`${host} was resolved`));

  test.each(inner)('SEC-62 %s is refused before anything is resolved', async (url) => {
    const init = { ...limits, allow: [], resolve: nobodyAsks };
    expect(await failure(guardedFetch(url, init))).toBeInstanceOf(TargetRefused);
  });

  test.each(['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', '::ffff:10.0.0.1'])(
    'SEC-62 a name for %s is refused, also beside a good address',
    async (address) => {
      const family = address.includes(':') ? 6 : 4;
      for (const others of [[], [{ address: '8.8.8.8', family: 4 }]]) {
        const resolve: Resolver = () => Promise.resolve([...others, { address, family }]);
        const init = { ...limits, allow: [], resolve };
        expect(await failure(guardedFetch('https://hooks.example/', init))).toMatchObject({
          name: 'TargetRefused',
          reason: 'address',
        });
      }
    },
  );

  test('SEC-62 a name that is rebound between check and connect reaches no inner service', async () => {
    const connections: Socket[] = [];
    const service = createTcpServer((socket) => connections.push(socket));
    const innerAddress = '127.83.62.1';
    service.listen(8443, innerAddress);
    await once(service, 'listening');
    try {
      for (let round = 0; round < count(200); round += 1) {
        let turn = round;
        // By turns: whatever is told first, the next answer is the other one.
        const resolve: Resolver = () => {
          turn += 1;
          return Promise.resolve([
            turn % 2 === 0 ? { address: innerAddress, family: 4 } : outerToNowhere,
          ]);
        };
        const init = { ...limits, timeoutMs: 20, allow: [], resolve };
        const error = await failure(guardedFetch('https://rebound.example:8443/', init));
        expect((error as Error).name).toBe(round % 2 === 0 ? 'NoAnswer' : 'TargetRefused');
      }
      expect(connections).toEqual([]);
    } finally {
      service.close();
    }
  });

  test('SEC-62 the connection goes to the address that was checked, with one question to the resolver', async () => {
    let questions = 0;
    const resolve: Resolver = () => {
      questions += 1;
      return Promise.resolve([
        questions === 1 ? { address: '127.0.0.1', family: 4 } : outerToNowhere,
      ]);
    };
    const init = { ...limits, allow: [`inner.example:${port}`], resolve };
    const answer = await guardedFetch(`http://inner.example:${port}/`, init);
    expect([answer.status, questions]).toEqual([200, 1]);
  });

  test('SEC-62 an allowed host and port allows no other port and no other name', async () => {
    const init = { ...allowed(), resolve: nobodyAsks };
    for (const url of [
      `http://127.0.0.1:${port + 1}/`,
      `http://127.0.0.2:${port}/`,
      `https://[::ffff:127.0.0.1]:${port}/`,
    ])
      expect(await failure(guardedFetch(url, init))).toBeInstanceOf(TargetRefused);
  });

  test('SEC-62 no address of a private network passes, however it is written', () => {
    const privates: readonly (readonly [number, number])[] = [
      [0x0a_00_00_00, 8],
      [0x7f_00_00_00, 8],
      [0xa9_fe_00_00, 16],
      [0xac_10_00_00, 12],
      [0xc0_a8_00_00, 16],
      [0x64_40_00_00, 10],
    ];
    assert(
      property(
        constantFrom(...privates),
        integer({ min: 0, max: 0xff_ff_ff_ff }),
        ([network, bits], random) => {
          const value = (network | (random & (2 ** (32 - bits) - 1))) >>> 0;
          const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
          expect(isOuterAddress(bytes.join('.'))).toBe(false);
          expect(isOuterAddress(`::ffff:${bytes.join('.')}`)).toBe(false);
          expect(isOuterAddress(new URL(`http://0x${value.toString(16)}/`).hostname)).toBe(false);
        },
      ),
      { numRuns: count(20_000), seed },
    );
    expect(['8.8.8.8', '2a00:1450::1', '172.32.0.1', '100.128.0.1'].map(isOuterAddress)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['', 'example.com', '1.2.3', '8.8.8.8 '].map(isOuterAddress)).toEqual(
      Array.from({ length: 4 }, () => false),
    );
  });
});
