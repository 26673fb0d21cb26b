import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readArguments } from '../../../api/soap/deserialise.ts';
import { checkAction, readEnvelope } from '../../../api/soap/envelope.ts';
import { pfWsSdk, readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import { readXml, sdkLimits } from '../../../api/xml/reader.ts';
import { below, mutate, pick, randomOf } from '../../support/fuzz.ts';
import type { Random } from '../../support/fuzz.ts';
import { count, seed } from '../../support/profile.ts';
import { hostileDocuments, worstShapes } from '../xml/documents.ts';
import { fakeFacade } from './fakeFacade.ts';
import { surestStop } from './loopDelay.ts';
import { basic, envelope, sdkPath, soap11, soap12, startServer } from './soapServer.ts';
import type { Answer, Sent, SoapServer } from './soapServer.ts';

/** SEC-23. */
const mostStopMs = 100;

const wsdl = readPfWsSdk();
const operations = [...wsdl.operations.values()];
const authorization = basic('svc', 'p');
const errors: unknown[] = [];
let server: SoapServer;

beforeAll(async () => {
  const handler = pfWsSdk({
    facade: fakeFacade(),
    authenticate: async () => ({
      kind: 'ok',
      caller: {
        caller: { actor: { kind: 'serviceAccount', id: 'svc' }, channel: 'sdk' },
        secure: true,
      },
    }),
    publicUrl: 'https://mfa.example.org',
    onError: (error) => errors.push(error),
  });
  server = await startServer(handler);
});
afterAll(() => server.stop());

/** SEC-21: a stack, a path, a module, a version or a query in any header or body. */
const inside =
  /\bat .+:\d+:\d+|\.[cm]?[jt]s\b|node_modules|node:|\/(?:home|usr|tmp|srv)\/|\b(?:TypeError|SyntaxError|RangeError|XmlRefused|NotACall)\b|saxes|express|sqlite|\bSELECT\b|x-powered-by|v?\d+\.\d+\.\d+/i;

/** What a caller may see besides a real page: these media types and no other. */
const mediaTypes = [
  undefined,
  'text/xml; charset=utf-8',
  'application/soap+xml; charset=utf-8',
  'text/html; charset=utf-8',
  'text/plain; charset=utf-8',
];

const checkAnswer = ({ status, headers, body }: Answer): void => {
  expect([200, 400, 404, 405, 408, 413, 415, 500]).toContain(status);
  expect(mediaTypes).toContain(headers['content-type']);
  const { date: _, ...shown } = headers;
  const seen = `${JSON.stringify(shown)}${body}`;
  expect(seen).not.toMatch(inside);
  expect(seen).not.toContain(process.cwd());
  expect(body).not.toContain('soap:Server');
};

const tokens = [
  '<soap:Body>',
  '</soap:Body>',
  '<soap:Header>',
  'soap:mustUnderstand="1"',
  'xsi:nil="true"',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '&#x',
  '&amp;',
  '&x;',
  'xmlns=""',
  '<!DOCTYPE a [',
  '__proto__',
  'constructor',
  '-1',
  '4294967296',
];

const corpus = operations.map(({ name, inputs }) => {
  const children = inputs.map(
    (input) => `<${input.name}>${input.type.kind === 'boolean' ? 'true' : '1'}</${input.name}>`,
  );
  return envelope(`<${name} xmlns="${wsdl.namespace}">${children.join('')}</${name}>`);
});

const sent = (random: Random): Sent => {
  const body = mutate(Buffer.from(pick(random, corpus)), random, tokens);
  const type = pick(random, [
    'text/xml',
    'text/xml; charset=utf-8',
    'application/soap+xml; action="x"',
    'a/b',
    "text/xml;charset='utf-8'",
  ]);
  const action = pick(random, ['', '""', `"${wsdl.namespace}/Disable"`, '\u00ff/\u00fe']);
  return { headers: { authorization, 'content-type': type, soapaction: action }, body };
};

const validCall = async (): Promise<void> => {
  const body = envelope(`<TestSecurity xmlns="${wsdl.namespace}"/>`);
  const answer = await server.send({
    headers: { authorization, 'content-type': 'text/xml' },
    body,
  });
  expect(answer.body).toContain('<TestSecurityResult>secure</TestSecurityResult>');
};

test('SEC-21 SEC-23 mutated calls: no answer shows the inside, none stops the event loop', async () => {
  const stop = await surestStop(async () => {
    const random = randomOf(seed);
    for (let run = 0; run < count(20_000); run += 1) checkAnswer(await server.send(sent(random)));
  }, mostStopMs);
  expect(stop).toBeLessThanOrEqual(mostStopMs);
  expect(errors).toEqual([]);
  await validCall();
}, 120_000);

test('SEC-21 mutated targets: paths and queries', async () => {
  const random = randomOf(seed);
  const words = [
    '?',
    '&',
    '=',
    '%',
    '%00',
    '..',
    '__proto__',
    'wsdl',
    'op',
    'disco',
    '"',
    '<',
    'constructor',
  ];
  for (let run = 0; run < count(5_000); run += 1) {
    const target = mutate(Buffer.from(`${sdkPath}?op=PfAuthUser_4&x=1`), random, words).toString(
      'latin1',
    );
    const path = `/${target.replace(/[^\u0021-\u007e]/g, '').replace(/^\/+/, '')}`;
    checkAnswer(
      await server.send({
        method: pick(random, ['GET', 'POST', 'DELETE']),
        path,
        headers: { authorization },
      }),
    );
  }
});

test('SEC-23 the worst megabyte does not stop the event loop', async () => {
  const shapes = worstShapes(1_048_000).map(([, text]) => text);
  const hostile = hostileDocuments({ url: 'http://x', file: '/x' });
  const headers = { authorization, 'content-type': 'text/xml' };
  const stop = await surestStop(async () => {
    for (const body of [...shapes, ...hostile]) checkAnswer(await server.send({ headers, body }));
  }, mostStopMs);
  expect(stop).toBeLessThanOrEqual(mostStopMs);
}, 120_000);

test('SEC-19 names of Object.prototype in every place change nothing', async () => {
  const random = randomOf(seed);
  const own = Object.getOwnPropertyNames(Object.prototype);
  // A prefix or a name may not begin with anything else than these do, so all of them are well-formed.
  const name = (): string => pick(random, own);
  const document = (): string => {
    const [prefix, child] = [name(), name()];
    const attributes = `${prefix}:${name()}="1" ${child}="2" xmlns:${name()}="${name()}"`;
    const inner = `<${child} ${attributes}>${name()}</${child}><${prefix}:${name()}/>`;
    const operation = pick(random, [name(), 'PfAuthUser_4', 'FindUsers']);
    return envelope(
      `<${operation} xmlns:${prefix}="${name()}" id="${name()}" href="#${name()}">${inner.repeat(1 + below(random, 2))}</${operation}>`,
      pick(random, [soap11, soap12, name()]),
    );
  };
  const refusals = new Set<string>();
  let read = 0;
  for (let run = 0; run < count(100_000); run += 1) {
    try {
      const { operation } = readEnvelope(readXml(document(), sdkLimits));
      checkAction(
        { soapAction: `"${name()}"`, contentType: `text/xml; ${name()}=${name()}` },
        operation.name,
      );
      readArguments(wsdl.operations.get(operation.name)?.inputs ?? [], operation);
      read += 1;
    } catch (error) {
      refusals.add((error as Error).name);
    }
  }
  expect(['XmlRefused', 'NotACall', 'ArgumentRefused']).toEqual(
    expect.arrayContaining([...refusals]),
  );
  expect(read).toBeGreaterThan(0);
  for (const key of own) {
    checkAnswer(
      await server.send({
        method: 'GET',
        path: `${sdkPath}?${key}=${key}`,
        headers: { authorization },
      }),
    );
    checkAnswer(
      await server.send({
        method: 'GET',
        path: `${sdkPath}?op=${key}`,
        headers: { authorization },
      }),
    );
    checkAnswer(
      await server.send({
        headers: { authorization, 'content-type': 'text/xml' },
        body: document(),
      }),
    );
  }
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(own);
  await validCall();
}, 120_000);
