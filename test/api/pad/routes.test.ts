import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { mobileService } from '../../../api/pad/routes.ts';
import { readPadResponse } from '../../../api/pad/readResponse.ts';
import { bodyOf } from '../../wire/generate.ts';
import { mobileVectors } from '../../wire/mobileVectors.ts';
import { fakeFacade } from './fakeFacade.ts';
import { ask, openSettings, serve, type Served } from './serve.ts';

const token = 'hc1-Zk3v9QmT7rXw2LpB8nYc5sJd0aGfUeHi';
const tokenHash = createHash('sha256').update(token).digest('hex');
const canonicalOf = (id: string): string =>
  mobileVectors.requests.find((request) => request.id === id)?.canonical ?? '';
const approval = (guid: string): string =>
  canonicalOf('pad-result-approve').replace('c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21', guid);

let served: Served | undefined;
const start = async (...options: Parameters<typeof serve>): Promise<string> => {
  served = await serve(...options);
  return served.origin;
};
afterEach(() => served?.close());

const post = (url: string, body: Buffer | string, headers: Record<string, string> = {}) =>
  ask(url, { method: 'POST', body, headers });
const errorIdOf = (body: string): number => {
  const reply = readPadResponse(body);
  return 'fail' in reply ? reply.errorId : 0;
};
const soapCodeOf = (body: string): string | undefined => /<Code>(\d+)<\/Code>/.exec(body)?.[1];

describe('requests of real clients', () => {
  test.each(mobileVectors.requests.filter(({ http }) => http !== undefined))(
    '$id is understood as it is sent',
    async ({ http, canonical, service }) => {
      const origin = await start({ facade: fakeFacade() });
      const { path = '', contentType = '', soapAction, headers } = http ?? {};
      const answer = await post(`${origin}/pa${path}`, canonical, {
        'content-type': contentType,
        ...(soapAction === undefined ? {} : { soapaction: soapAction }),
        ...headers,
      });
      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['content-type']).toBe(
        service === 'soap' ? 'text/xml; charset=utf-8' : 'application/xml; charset=utf-8',
      );
      expect(answer.body).toMatch(/^<\?xml /);
    },
    15_000,
  );

  test.each([
    '/PA',
    '/pa/',
    '/pa/pad',
    '/Pa/PAD/',
    '/multifactorauthmobileappwebservice/pad',
    '/pa/a/q2Jc8Zt0VbN4mXw7LkR1sA/pad',
    '/pa/a/q2Jc8Zt0VbN4mXw7LkR1sA',
  ])('an answer posted to %s is recorded', async (path) => {
    const facade = fakeFacade();
    const guid = facade.ask(tokenHash);
    const answer = await post(`${await start({ facade })}${path}`, approval(guid));
    expect(errorIdOf(answer.body)).toBe(0);
    expect(facade.decisions.get(guid)).toBe('approve');
  });

  test('the route segment keeps its case and goes to the rules', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const body = canonicalOf('soap-activatenew').replace('417206935', '999999999');
    await post(`${origin}/PA/A/q2Jc8Zt0VbN4mXw7LkR1sA/pfpaws.asmx`, body);
    expect(facade.activations).toMatchObject([
      {
        routeSegment: 'q2Jc8Zt0VbN4mXw7LkR1sA',
        code: '999999999',
        tokenHash,
        address: '127.0.0.1',
      },
    ]);
  });

  test('serves as an express handler beside other routes', async () => {
    const app = express();
    app.use(mobileService({ facade: fakeFacade(), settings: () => Promise.resolve(openSettings) }));
    app.get('/pa/app/', (_request, response) => void response.send('the app'));
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [page, app_] = [await ask(`${origin}/pa/PfPaWs.asmx`), await ask(`${origin}/pa/app/`)];
    server.close();
    expect(page.body).toContain('ActivateNew');
    expect(page.headers['x-powered-by']).toBeUndefined();
    expect(app_.body).toBe('the app');
  });
});

describe('refused bodies', () => {
  const rejects = mobileVectors.rejects.map((vector) => ({ ...vector, name: vector.id }));

  test.each(rejects)('SEC-21 MC-12 $name', async (vector) => {
    const facade = fakeFacade();
    facade.ask(tokenHash, { guid: 'c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21' });
    const origin = await start({ facade });
    const isSoap = vector.service === 'soap';
    const answer = await post(`${origin}/pa${isSoap ? '/PfPaWs.asmx' : '/pad'}`, bodyOf(vector), {
      'content-type': isSoap ? 'text/xml; charset=utf-8' : 'application/xml',
      ...vector.headers,
    });
    const { http, padErrorId, soapCode, fault } = vector.expect;
    expect([http].flat()).toContain(answer.status);
    const expected = [padErrorId, soapCode === undefined ? undefined : `<Code>${soapCode}<`, fault]
      .filter((part) => part !== undefined)
      .map((part) => (typeof part === 'number' ? `<error-id>${part}<` : part));
    for (const part of expected) expect(answer.body).toContain(part);
    expect(answer.body).not.toMatch(
      / at |node_modules|\/(?:etc|work|home|api)\/|hostname="[^"]|ha{2}/,
    );
    expect(facade.answers).toEqual([]);
  });

  test('MC-9 a chunked body is cut off at 64 KiB', async () => {
    const origin = await start({ facade: fakeFacade() });
    const answer = await post(`${origin}/pa/pad`, 'x'.repeat(65_537), {
      'transfer-encoding': 'chunked',
    });
    expect(answer.status).toBe(413);
  });

  test('408 for a body that does not come, 415 for one that is packed or no XML', async () => {
    const origin = await start({ facade: fakeFacade(), limits: { bodyTimeoutMs: 50 } });
    const slow = await ask(`${origin}/pa/pad`, {
      method: 'POST',
      headers: { 'content-length': '10' },
    }).catch(() => undefined);
    expect([408, undefined]).toContain(slow?.status);
    const packed = { 'content-encoding': 'gzip' };
    expect((await post(`${origin}/pa/pad`, 'x', packed)).status).toBe(415);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(`${origin}/pa/PfPaWs.asmx`, 'a=1', form)).status).toBe(415);
  });
});

describe('methods and pages', () => {
  test.each([
    ['PUT', '/pa/pad', 'POST'],
    ['GET', '/pa/pad', 'POST'],
    ['DELETE', '/pa/PfPaWs.asmx', 'GET, HEAD, POST'],
    ['PUT', '/pa', 'GET, HEAD, POST'],
    ['POST', '/pa/pull', 'GET'],
    ['GET', '/pa/PfPaWs.asmx/TestPfWsSdkConnection', 'POST'],
  ])('405 for %s %s', async (method, path, allow) => {
    const answer = await ask((await start({ facade: fakeFacade() })) + path, { method });
    expect([answer.status, answer.headers['allow']]).toEqual([405, allow]);
  });

  test.each([
    ['PUT', '/pa/pull/subscription'],
    ['DELETE', '/pa/pull/subscription'],
    ['GET', '/pa/pull/vapid'],
    ['GET', '/pa/nothing'],
    ['GET', '/paper/pad'],
  ])('404 for %s %s', async (method, path) => {
    expect((await ask((await start({ facade: fakeFacade() })) + path, { method })).status).toBe(
      404,
    );
  });

  test('403 over plain HTTP where TLS is required', async () => {
    const settings = () => Promise.resolve({ ...openSettings, requireTls: true });
    const origin = await start({ facade: fakeFacade(), settings });
    const answers = [
      await ask(`${origin}/pa/PfPaWs.asmx`),
      await ask(`${origin}/pa/pull`, { headers: { authorization: `Bearer ${token}` } }),
      await post(`${origin}/pa/pad`, approval('x')),
      await ask(`${origin}/pa/PfPaWs.asmx`, { headers: { 'x-forwarded-proto': 'https' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  test('the page opens in a browser, at the endpoint and at the bare address', async () => {
    const origin = await start({ facade: fakeFacade() });
    for (const path of ['/pa', '/pa/PfPaWs.asmx']) {
      const page = await ask(origin + path);
      expect([page.status, page.headers['content-type']]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(page.body).toContain('TestPfWsSdkConnection');
    }
  });

  test('the description names the public address, or else the one that was called', async () => {
    const publicOne = await ask(`${await start({ facade: fakeFacade() })}/pa/PfPaWs.asmx?WSDL`);
    expect(publicOne.body).toContain('location="https://mfa.example.org/pa/PfPaWs.asmx"');
    await served?.close();
    const settings = () => Promise.resolve({ ...openSettings, mobileAppUrl: '' });
    const origin = await start({ facade: fakeFacade(), settings });
    const called = (host: string) => ask(`${origin}/PA/PfPaWs.asmx?wsdl`, { headers: { host } });
    expect((await called('auth.example.net')).body).toContain(
      'location="https://auth.example.net/PA/PfPaWs.asmx"',
    );
    expect((await called('a"b')).status).toBe(404);
  });
});

describe('activation', () => {
  const activate = (origin: string, code: string, path = '/pa/PfPaWs.asmx') =>
    post(origin + path, canonicalOf('soap-activatenew').replace('417206935', code));

  test('MC-10 wrong, malformed and unconfirmed codes read the same', async () => {
    const origin = await start({ facade: fakeFacade() });
    const answers = [
      await activate(origin, '999999999'),
      await activate(origin, '12'),
      await activate(origin, "1' OR '1'='1"),
    ];
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(soapCodeOf(answers[0]?.body ?? '')).toBe('15');
    const confirmations = [
      await post(`${origin}/pa/PfPaWs.asmx`, canonicalOf('soap-confirm')),
      await post(
        `${origin}/pa/PfPaWs.asmx`,
        canonicalOf('soap-confirm').replace('6120947385512046', ''),
      ),
    ];
    expect(new Set(confirmations.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
  });

  test('MC-2 MC-11 after five wrong codes even a right one is 429, but not from elsewhere', async () => {
    let address = '192.0.2.1';
    const facade = fakeFacade();
    const origin = await start({ facade, addressOf: () => address });
    for (let guess = 0; guess < 5; guess += 1) await activate(origin, '999999999');
    const blocked = await activate(origin, '417206935');
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '900']);
    expect(soapCodeOf(blocked.body)).toBe('9005');
    expect(facade.activations).toHaveLength(5);
    address = '192.0.2.2';
    const [answer] = await Promise.all([activate(origin, '417206935'), validateFirst(origin)]);
    expect(answer.body).toContain('<ActivateNewResult>true<');
  });

  /** What a phone does beside its ActivateNew. */
  const validateFirst = async (origin: string): Promise<void> => {
    const headers = { authorization: `Bearer ${token}` };
    const pull = await ask(`${origin}/pa/pull?wait=5`, { headers });
    const { pushes } = JSON.parse(pull.body) as { pushes: { guid: string }[] };
    const body = canonicalOf('pad-validate').replace(
      '5b0c6a52-7d1e-4f7b-9c55-0f3a1d2e8b44',
      pushes[0]?.guid ?? '',
    );
    expect((await post(`${origin}/pa/pad`, body)).body).toContain('<dosPreventer>b3uTq');
  };

  test('a device that does not answer is no guess', async () => {
    let now = 0;
    const facade = fakeFacade();
    const patient = { ...facade.commands };
    patient.beginActivation = (_call, { waitMs }) => {
      now += waitMs;
      return Promise.resolve({ kind: 'failed' });
    };
    const origin = await start({ facade: { ...facade, commands: patient }, now: () => now });
    for (let attempt = 0; attempt < 8; attempt += 1) {
      expect((await activate(origin, '417206935')).status).toBe(200);
    }
  });

  test('9010 where the code was right but the account may not', async () => {
    const origin = await start({ facade: fakeFacade() });
    expect(soapCodeOf((await activate(origin, '900000001')).body)).toBe('9010');
  });

  test('9006 while the core is away', async () => {
    const facade = fakeFacade();
    facade.down = true;
    const origin = await start({ facade });
    const answer = await activate(origin, '417206935');
    expect([answer.status, soapCodeOf(answer.body)]).toEqual([503, '9006']);
    const pad = await post(`${origin}/pa/pad`, approval('c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21'));
    expect([pad.status, errorIdOf(pad.body)]).toEqual([503, 9006]);
  });

  test('three activations of one address may wait, a fourth is told to come back', async () => {
    const facade = fakeFacade();
    const pending = { ...facade.commands };
    const holds: (() => void)[] = [];
    pending.beginActivation = () =>
      new Promise((resolve) => {
        holds.push(() => resolve({ kind: 'failed' }));
      });
    const origin = await start({ facade: { ...facade, commands: pending } });
    const waiting = Array.from({ length: 4 }, () => activate(origin, '417206935'));
    const first = await Promise.race(waiting);
    expect([first.status, soapCodeOf(first.body)]).toEqual([503, '9006']);
    for (const release of holds) release();
    expect((await Promise.all(waiting)).filter(({ status }) => status === 200)).toHaveLength(3);
  });

  test('a caller that hangs up withdraws its activation', async () => {
    const facade = fakeFacade();
    const hung = Promise.withResolvers<boolean>();
    const commands = { ...facade.commands };
    commands.beginActivation = (_call, { signal }) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => {
          hung.resolve(true);
          resolve({ kind: 'failed' });
        });
      });
    const origin = await start({ facade: { ...facade, commands } });
    const controller = new AbortController();
    const call = fetch(`${origin}/pa/PfPaWs.asmx`, {
      method: 'POST',
      body: canonicalOf('soap-activatenew'),
      headers: { 'content-type': 'text/xml' },
      signal: controller.signal,
    }).catch(() => undefined);
    setTimeout(() => controller.abort(), 50);
    expect(await hung.promise).toBe(true);
    await call;
  });

  test('the connection test answers both ways, ten times a minute', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade, now: () => 0 });
    const test_ = canonicalOf('soap-test');
    expect((await post(`${origin}/pa/PfPaWs.asmx`, test_)).body).toContain('>Success<');
    facade.down = true;
    expect((await post(`${origin}/pa/PfPaWs.asmx`, test_)).body).toContain('>Failed: ');
    const plain = () => post(`${origin}/pa/pfpaws.asmx/testpfwssdkconnection`, '');
    facade.down = false;
    expect((await plain()).body).toBe(
      '<?xml version="1.0" encoding="utf-8"?><string xmlns="http://www.phonefactor.com/PfPaWs">Success</string>',
    );
    for (let round = 0; round < 7; round += 1) await plain();
    expect((await plain()).status).toBe(429);
  });
});

describe('answers to pushes', () => {
  test('MC-5 MC-6 count once; foreign, unknown and settled guids are refused', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const guid = facade.ask(tokenHash);
    const foreign = facade.ask(createHash('sha256').update('another').digest('hex'));
    const say = async (body: string) => errorIdOf((await post(`${origin}/pa/pad`, body)).body);
    const deny = canonicalOf('pad-result-deny').replace(
      'c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21',
      guid,
    );
    expect(await say(approval(guid))).toBe(0);
    expect(await say(deny)).toBe(9003);
    expect(await say(approval(foreign))).toBe(9002);
    expect(await say(approval('00000000-0000-4000-8000-000000000000'))).toBe(9002);
    expect(facade.decisions.get(guid)).toBe('approve');
    expect(facade.decisions.has(foreign)).toBe(false);
  });

  test('a new token goes along with approvals and denials, never with fraud, never unless it differs', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    for (const id of ['pad-result-approve', 'pad-result-new-token', 'pad-result-fraud']) {
      const changed = canonicalOf(id).replaceAll(
        '>hc1-Zk3v9QmT7rXw2LpB8nYc5sJd0aGfUeHi</new',
        '>hc2-Qw8eRt5yUi2oPa7sDf4gHj1kLz6xCvBn</new',
      );
      await post(`${origin}/pa/pad`, id === 'pad-result-approve' ? canonicalOf(id) : changed);
    }
    const hash = 'd563da647b7e897f729f0aad3094ca7adb3527dbf48d5146830345760a398ee4';
    expect(facade.answers.map(({ newTokenHash }) => newTokenHash)).toEqual([
      undefined,
      hash,
      undefined,
    ]);
    expect(facade.answers.map(({ answer }) => answer)).toEqual(['approve', 'approve', 'fraud']);
  });

  test('details are read without being used up', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const guid = facade.ask(tokenHash);
    const body = canonicalOf('pad-fetch').replace('c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21', guid);
    const wanting = body.replace('<needDosPreventer>no', '<needDosPreventer>yes');
    for (const xml of [body, wanting]) {
      const answer = readPadResponse((await post(`${origin}/pa/pad`, xml)).body);
      expect(answer).toMatchObject({ details: { guid, mode: 'standard', applicationName: 'VPN' } });
    }
    expect((await post(`${origin}/pa/pad`, approval(guid))).body).toContain('<result>1<');
    expect(errorIdOf((await post(`${origin}/pa/pad`, body)).body)).toBe(9003);
  });

  test('a PIN where none is wanted is not known; where nothing is open, that comes first', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const body = canonicalOf('pad-pin');
    expect(errorIdOf((await post(`${origin}/pa/pad`, body)).body)).toBe(9002);
    const guid = facade.ask(tokenHash);
    const open = body.replace('c1f4e0d8-2a36-4b8e-8f0d-6e7a9b5c3d21', guid);
    expect(errorIdOf((await post(`${origin}/pa/pad`, open)).body)).toBe(9004);
  });

  test('thirty unknown guids make an address wait for five minutes', async () => {
    let now = 0;
    const facade = fakeFacade();
    const origin = await start({ facade, now: () => now });
    const unknown = () =>
      post(`${origin}/pa/pad`, approval('00000000-0000-4000-8000-000000000000'));
    for (let round = 0; round < 30; round += 1) expect((await unknown()).status).toBe(200);
    const blocked = await unknown();
    expect([blocked.status, errorIdOf(blocked.body), blocked.headers['retry-after']]).toEqual([
      429,
      9005,
      '300',
    ]);
    now += 300_000;
    expect((await unknown()).status).toBe(200);
  });

  test('five failed token changes of a device make it come back later', async () => {
    const origin = await start({ facade: fakeFacade() });
    const change = async (permit: string) => {
      const body = canonicalOf('pad-token-change').replace(
        'b3uTq0Yw6nXk1ZrS8vLd5mHc2aJfE7gP',
        permit,
      );
      const reply = readPadResponse((await post(`${origin}/pa/pad`, body)).body);
      return 'deviceTokenChangeResult' in reply ? reply.deviceTokenChangeResult : undefined;
    };
    const right = 'b3uTq0Yw6nXk1ZrS8vLd5mHc2aJfE7gP';
    expect(await change(right)).toBe(1);
    for (let round = 0; round < 5; round += 1) expect(await change('wrong')).toBe(100);
    expect(await change(right)).toBe(102);
  });

  test('what nobody expected is told to the operator, not to the phone', async () => {
    const facade = fakeFacade();
    const notes: unknown[] = [];
    const broken = { ...facade.commands };
    broken.answerPush = () => Promise.reject(new TypeError('secret at /srv/app.ts:1'));
    const origin = await start({
      facade: { ...facade, commands: broken },
      note: (note) => notes.push(note),
    });
    const answer = await post(`${origin}/pa/pad`, approval(facade.ask(tokenHash)), {
      'x-ms-mac-action': 'somethingElse',
    });
    expect([answer.status, errorIdOf(answer.body)]).toEqual([503, 9006]);
    expect(answer.body).not.toContain('srv');
    expect(notes).toMatchObject([{ kind: 'actionMismatch' }, { kind: 'failed' }]);
  });
});

describe('polls', () => {
  const poll = (origin: string, wait = '', bearer = token) =>
    ask(`${origin}/pa/pull${wait}`, { headers: { authorization: `Bearer ${bearer}` } });
  const pushesOf = ({ body }: { body: string }) =>
    (JSON.parse(body) as { pushes: { guid: string; type: string }[] }).pushes;

  test('deliver an open push until it is answered, and a withdrawal once', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade, now: () => 1_767_225_603_000 });
    const [first, second] = [facade.ask(tokenHash), facade.ask(tokenHash)];
    const answer = await poll(origin);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(answer.body)).toMatchObject({ serverTime: '1767225603' });
    expect(pushesOf(answer).map(({ guid }) => guid)).toEqual([first, second]);
    facade.withdraw(tokenHash, first);
    expect(pushesOf(await poll(origin)).map(({ type }) => type)).toEqual(['auth', 'withdraw']);
    expect(pushesOf(await poll(origin)).map(({ guid }) => guid)).toEqual([second]);
    await post(`${origin}/pa/pad`, approval(second));
    expect(pushesOf(await poll(origin))).toEqual([]);
  });

  test('wait for the first push', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const waiting = poll(origin, '?wait=25');
    setTimeout(() => facade.ask(tokenHash), 30);
    expect(pushesOf(await waiting)).toHaveLength(1);
  });

  test('a newer poll of a token ends the older with an empty list', async () => {
    const facade = fakeFacade();
    const origin = await start({ facade });
    const older = poll(origin, '?wait=25');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const newer = poll(origin, '?wait=25');
    expect(pushesOf(await older)).toEqual([]);
    facade.ask(tokenHash);
    expect(pushesOf(await newer)).toHaveLength(1);
  });

  test.each([undefined, 'Basic eDp5', 'Bearer', 'Bearer short', `Bearer ${token} x`])(
    '401 for %s',
    async (authorization) => {
      const origin = await start({ facade: fakeFacade() });
      const headers = authorization === undefined ? {} : { authorization };
      expect((await ask(`${origin}/pa/pull`, { headers })).status).toBe(401);
    },
  );

  test('60 a minute for a token, 600 for an address', async () => {
    let now = 0;
    const origin = await start({
      facade: fakeFacade(),
      now: () => now,
      limits: { pollsPerMinutePerAddress: 70 },
    });
    for (let round = 0; round < 60; round += 1) facadePollIs(await poll(origin), 200);
    facadePollIs(await poll(origin), 429);
    const other = 'x'.repeat(32);
    for (let round = 0; round < 9; round += 1) facadePollIs(await poll(origin, '', other), 200);
    const blocked = await poll(origin, '', other);
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '60']);
    now += 60_000;
    facadePollIs(await poll(origin), 200);
  }, 20_000);
});

const facadePollIs = ({ status }: { status: number }, expected: number): void =>
  expect(status).toBe(expected);
