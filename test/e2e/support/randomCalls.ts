import { below, mutate, pick, type Random } from '../../support/fuzz.ts';
import type { RawCall } from './rawHttp.ts';
import { sdkPath } from './sdk.ts';

export type RestOperation = { readonly method: string; readonly path: string };

const seeds = {
  soap: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><ValidateOathCode xmlns="http://www.phonefactor.com/PfWsSdk"><username>a@b.c</username><oathCode>123456</oathCode></ValidateOathCode></soap:Body></soap:Envelope>`,
  pad: `<pfpMessage version="1.6"><header><source><component type="pfsvc" role="master"><host ip="" hostname="" serverId=""/></component></source></header><request request-id="1" async="0" response-url="" language="en"><phoneAppAuthenticationRequest><phoneAppContext><guid>0f7d2c1e-6a0b-4d52-8f43-9a1b2c3d4e5f</guid><deviceToken>abcdefghijklmnopqrstuvwxyz0123456789</deviceToken><oathCode></oathCode><version>1</version><osVersion>1</osVersion><needDosPreventer>no</needDosPreventer></phoneAppContext></phoneAppAuthenticationRequest></request></pfpMessage>`,
  activation: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><TestPfWsSdkConnection xmlns="http://www.phonefactor.com/PfPaWs"/></soap:Body></soap:Envelope>`,
  form: 'From=%2B15550000147&To=%2B15550000100&Body=123456&CallSid=CA1&Digits=1',
  json: '{"username":"a@b.c","user":"a@b.c","application":"x","code":"123456","reason":"r","days":1}',
};
const tokensOfFormats = [
  '<!DOCTYPE a>',
  '&x;',
  '\0',
  '__proto__',
  '"',
  ']]>',
  '{',
  '\u{1f4a3}',
  '%00',
  "'--",
  '../',
];
const types = [
  'application/json',
  'text/xml; charset=utf-8',
  'text/html',
  'text/csv',
  'application/pskc+xml',
  'audio/wav',
  'multipart/form-data',
  '',
];

const names = ['a@b.c', 'x'.repeat(300), '..', '__proto__', 'A'.repeat(32), "' OR 1=1", '\0'];

/**
 * A generator of calls of all routes: the REST operations of the description, SDK, mobile service, and paths that
 * nobody serves, with bodies that were right once and were then mutated.
 */
export const randomCalls = (world: {
  readonly random: Random;
  readonly tokens: readonly string[];
  readonly operations: readonly RestOperation[];
  readonly sdkAuthorization: string;
}): (() => RawCall) => {
  const { random, tokens, sdkAuthorization } = world;
  // A rebuild reads the whole log anew; its own tests are elsewhere.
  const operations = world.operations.filter(({ path }) => !/rebuild/i.test(path));
  const filled = (path: string): string =>
    path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(pick(random, names)));

  const mutated = (text: string) => mutate(Buffer.from(text), random, tokensOfFormats);
  const headers = (authorization: string, type: string) => ({
    ...(authorization === '' ? {} : { authorization }),
    'content-type': below(random, 4) === 0 ? pick(random, types) : type,
  });
  const xml = 'text/xml; charset=utf-8';
  const kinds: readonly (() => RawCall)[] = [
    () => {
      const { method, path } = pick(random, operations);
      const query =
        below(random, 3) === 0 ? `?limit=${pick(random, ['1', '-1', 'x', '1&limit=2'])}` : '';
      const bare = method === 'GET' || method === 'DELETE';
      return {
        secure: below(random, 2) === 0,
        method,
        path: `/api/v1${filled(path)}${query}`,
        headers: headers(`Bearer ${pick(random, tokens)}`, 'application/json'),
        ...(bare ? {} : { body: mutated(seeds.json) }),
      };
    },
    () => ({
      secure: true,
      method: pick(random, ['POST', 'POST', 'POST', 'GET', 'PUT']),
      path: `${sdkPath}${pick(random, ['', '?wsdl', '?op=x', '?disco', '/x', '?op=__proto__'])}`,
      headers: headers(pick(random, [sdkAuthorization, sdkAuthorization, 'Basic QTpC', '']), xml),
      body: mutated(seeds.soap),
    }),
    () => ({
      secure: true,
      method: 'POST',
      path: '/pa/pad',
      headers: headers('', xml),
      body: mutated(seeds.pad),
    }),
    () => ({
      secure: true,
      method: pick(random, ['POST', 'GET']),
      path: `/pa${pick(random, ['/PfPaWs.asmx', '/pfpaws.asmx/TestPfWsSdkConnection', '/pull', '/a/x', '', '/pull/vapid'])}`,
      headers: headers('Bearer short', xml),
      body: mutated(seeds.activation),
    }),
    () => ({
      secure: true,
      method: pick(random, ['POST', 'POST', 'GET']),
      path: `/telephony/${pick(random, ['x/texts', `x/calls/${'A'.repeat(32)}/primary/voice`, 'x/calls/x/backup/status', 'recordings/x.wav', '%00/texts', ''])}`,
      headers: headers('', 'application/x-www-form-urlencoded'),
      body: mutated(seeds.form),
    }),
    () => ({
      secure: below(random, 2) === 0,
      method: pick(random, ['GET', 'POST', 'OPTIONS', 'PROPFIND', 'DELETE', 'HEAD']),
      path: pick(random, [
        '/',
        '/favicon.ico',
        '/api/v1',
        '/api/v2/users',
        '/.env',
        '/%',
        '/%c0%ae',
        '//',
        '/api/v1/users/%ff',
      ]),
      headers: headers(`Bearer ${pick(random, tokens)}`, 'application/json'),
    }),
  ];
  return () => pick(random, kinds)();
};
