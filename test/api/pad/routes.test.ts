import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { mobileService, type MobileSettings } from '../../../api/pad/routes.ts';
import { bodyOf } from '../../wire/generate.ts';
import { mobileVectors } from '../../wire/mobileVectors.ts';
import { fakeFacade } from './fakeFacade.ts';
import { approval, canonicalOf, errorIdOf, post, servers, token, tokenHash } from './rig.ts';
import { ask, openSettings } from './serve.ts';

const { start, stop } = servers();
afterEach(stop);

const withSettings = (changes: Partial<MobileSettings>) => (): Promise<MobileSettings> =>
  Promise.resolve({ ...openSettings, ...changes });

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
    expect(errorIdOf(answer)).toBe(0);
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
    const [page, other] = [await ask(`${origin}/pa/PfPaWs.asmx`), await ask(`${origin}/pa/app/`)];
    server.close();
    expect(page.body).toContain('ActivateNew');
    expect(page.headers['x-powered-by']).toBeUndefined();
    expect(other.body).toBe('the app');
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
    const origin = await start({
      facade: fakeFacade(),
      settings: withSettings({ requireTls: true }),
    });
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
    const origin = await start({
      facade: fakeFacade(),
      settings: withSettings({ mobileAppUrl: '' }),
    });
    const called = (host: string) => ask(`${origin}/PA/PfPaWs.asmx?wsdl`, { headers: { host } });
    expect((await called('auth.example.net')).body).toContain(
      'location="https://auth.example.net/PA/PfPaWs.asmx"',
    );
    expect((await called('a"b')).status).toBe(404);
  });
});
