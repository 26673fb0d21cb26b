import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { asmx } from '../../../api/soap/asmx.ts';
import type { Identity } from '../../../api/soap/asmx.ts';
import { readBasic } from '../../../api/soap/basicAuth.ts';
import { readPfWsSdk } from '../../../api/soap/pfWsSdk.ts';
import type { Outputs } from '../../../api/soap/serialise.ts';
import { basic, envelope, receive, sdkPath, soap12, startServer } from './soapServer.ts';
import type { Answer, Sent, SoapServer } from './soapServer.ts';

const namespace = 'http://www.phonefactor.com/PfWsSdk';
const secret = 'the inside: /srv/app/inner.ts:12';
const authorization = basic('CORP\\svc', 'p');
const xml = { 'content-type': 'text/xml; charset=utf-8', authorization };

let server: SoapServer;
let dispatched: string[] = [];
let asked: string[] = [];
let errors: unknown[] = [];
let answerWith: () => Promise<Outputs> = async () => ({});

const identities = new Map<string, Identity<string>>([
  ['CORP\\svc', { kind: 'ok', caller: 'svc' }],
  ['CORP\\guest', { kind: 'forbidden' }],
]);

beforeAll(async () => {
  const handler = asmx<string>({
    wsdl: async () => readPfWsSdk(),
    paths: [sdkPath, '/MFASDK/PfWsSdk.asmx'],
    title: 'Title & more',
    authenticate: async (credentials) => {
      const username = readBasic(credentials.authorization)?.username ?? '';
      asked.push(username);
      if (username === 'broken') throw new Error(secret);
      return identities.get(username) ?? { kind: 'unauthorized' };
    },
    dispatch: async (operation, args, { caller }) => {
      dispatched.push(
        `${caller} ${operation} ${operation === 'PfAuthUser_4' ? args.text('username') : ''}`,
      );
      return answerWith();
    },
    malformed: (_operation, field) => ({
      Result: false,
      error: { Code: 9001, Description: field },
    }),
    onError: (error) => errors.push(error),
    maxOpenCalls: 2,
  });
  server = await startServer(handler);
});
afterAll(() => server.stop());
beforeEach(() => {
  dispatched = [];
  asked = [];
  errors = [];
  answerWith = async () => ({ Result: true });
});

const send = (sent: Sent): Promise<Answer> => server.send({ headers: xml, ...sent });
const call = (content: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  send({ headers: { ...xml, ...headers }, body: envelope(content) });
const authCall = (ns = namespace): string =>
  `<PfAuthUser_4 xmlns="${ns}"><username>alice</username></PfAuthUser_4>`;

describe('who may call', () => {
  test('SEC-20 401 before one byte of the body has come, and the connection serves the next request', async () => {
    const socket = server.open();
    const body = envelope(authCall());
    const head = (extra: string): string =>
      `POST ${sdkPath} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n${extra}\r\n`;
    socket.write(head(''));
    const refusal = await receive(socket, 'service.\n');
    expect(refusal).toMatch(/^HTTP\/1\.1 401 /);
    expect(refusal).toMatch(/\r\nWWW-Authenticate: Basic realm="[^"]+", charset="UTF-8"\r\n/);
    expect(refusal).toMatch(/\r\nContent-Length: \d+\r\n/);
    expect(refusal).not.toMatch(/Connection: close/i);
    expect(asked).toEqual([]); // No credentials: nobody is looked up, nothing counts as a failed login.
    socket.write(body);
    socket.write(`${head(`Authorization: ${authorization}\r\n`)}${body}`);
    expect(await receive(socket, '</soap:Envelope>')).toMatch(/^HTTP\/1\.1 200 /);
    expect(dispatched).toEqual(['svc PfAuthUser_4 alice']);
    socket.destroy();
  });

  test('SEC-20 a wrong password is refused before the body too', async () => {
    const socket = server.open();
    socket.write(
      `POST ${sdkPath} HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic('x', 'y')}\r\nContent-Length: 500000\r\n\r\n`,
    );
    expect(await receive(socket, 'service.\n')).toMatch(/^HTTP\/1\.1 401 /);
    expect(asked).toEqual(['x']);
    socket.destroy();
  });

  test('a body that nobody asked for is read away up to a limit only', async () => {
    const socket = server.open();
    socket.write(`POST ${sdkPath} HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n`);
    await receive(socket, 'service.\n');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    const flood = setInterval(() => socket.write(Buffer.alloc(262_144)), 5);
    await closed;
    clearInterval(flood);
  });

  test.each(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS'])(
    '%s needs credentials, whatever it asks for',
    async (method) => {
      for (const query of ['', '?WSDL', '?disco', '?op=TestSecurity']) {
        const answer = await server.send({ method, path: sdkPath + query });
        expect([answer.status, answer.headers['www-authenticate']]).toEqual([
          401,
          expect.stringContaining('Basic '),
        ]);
      }
    },
  );

  test('an account outside the group gets 403', async () => {
    const answer = await send({
      headers: { ...xml, authorization: basic('CORP\\guest', 'p') },
      body: envelope(authCall()),
    });
    expect(answer.status).toBe(403);
    expect(dispatched).toEqual([]);
  });

  test('SEC-21 a failing look-up tells the caller nothing', async () => {
    const answer = await send({ headers: { ...xml, authorization: basic('broken', 'p') } });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.body).not.toContain('inside');
    expect(errors).toHaveLength(1);
  });
});

const get = (path: string, host = 'mfa.example.org:8443', method = 'GET'): Promise<Answer> =>
  server.send({ method, path, headers: { authorization, host } });

describe('description, discovery and page', () => {
  test.each([
    [`${sdkPath}?WSDL`, `https://mfa.example.org:8443${sdkPath}`],
    [`${sdkPath.toLowerCase()}?wsdl`, `https://mfa.example.org:8443${sdkPath}`],
    ['/mfasdk/pfwssdk.ASMX?Wsdl=', 'https://mfa.example.org:8443/MFASDK/PfWsSdk.asmx'],
  ])('%s publishes itself', async (path, address) => {
    const answer = await get(path);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'text/xml; charset=utf-8',
    ]);
    expect(answer.body.match(/location="[^"]*"/g)).toEqual([
      `location="${address}"`,
      `location="${address}"`,
    ]);
  });

  test.each(['evil"><x>', 'a b', 'x/../y', 'user@host', '[::1', 'a'.repeat(300)])(
    'host %j is not handed out',
    async (host) => {
      const answer = await get(`${sdkPath}?WSDL`, host);
      expect([answer.status, answer.body.includes(host)]).toEqual([400, false]);
    },
  );

  test('a page with the operations, the link to the description and to discovery', async () => {
    const { status, headers, body } = await get(sdkPath);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body).toContain('<title>Title &amp; more</title>');
    expect(body).toContain('<a href="?WSDL">Service Description</a>');
    expect(body).toContain(
      `<link rel="alternate" type="text/xml" href="https://mfa.example.org:8443${sdkPath}?disco"/>`,
    );
    expect(body).toContain('<a href="?op=PfAuthUser_4">PfAuthUser_4</a>');
  });

  test('discovery and the page of one operation', async () => {
    expect((await get(`${sdkPath}?disco`)).body).toContain(
      `ref="https://mfa.example.org:8443${sdkPath}?wsdl"`,
    );
    expect((await get(`${sdkPath}?op=PfAuthUser_4`)).body).toContain(
      '<li>requireUserMatch: boolean</li>',
    );
    expect((await get(`${sdkPath}?op=constructor`)).status).toBe(404);
  });

  test('HEAD has the headers of GET and no body', async () => {
    const [head, page] = [await get(sdkPath, 'h', 'HEAD'), await get(sdkPath, 'h')];
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(page.headers['content-length']);
  });

  test('other methods: 405 with what is allowed; other paths are not ours', async () => {
    const answer = await send({ method: 'PUT', body: 'x' });
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
    expect((await send({ path: `${sdkPath}/x` })).status).toBe(404);
  });
});

describe('calls', () => {
  test('an answer has the length, the version and the namespace of the request', async () => {
    const answer = await call(authCall('urn:an-old-guess'));
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'text/xml; charset=utf-8',
    ]);
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.body)));
    expect(answer.body).toContain(
      '<PfAuthUser_4Response xmlns="urn:an-old-guess"><PfAuthUser_4Result>true<',
    );
    expect(dispatched).toEqual(['svc PfAuthUser_4 alice']);
  });

  test('SOAP 1.2 is answered in SOAP 1.2', async () => {
    const answer = await send({
      headers: {
        authorization,
        'content-type': 'application/soap+xml; action="x/CanonicalizeUser"; charset=utf-8',
      },
      body: envelope('<CanonicalizeUser/>', soap12),
    });
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'application/soap+xml; charset=utf-8',
    ]);
    expect(answer.body).toContain(`xmlns:soap="${soap12}"`);
  });

  test('HTTP/1.0 and a byte order mark are taken', async () => {
    const body = Buffer.from(`\uFEFF${envelope(authCall())}`);
    const socket = server.open();
    socket.write(
      `POST ${sdkPath} HTTP/1.0\r\nAuthorization: ${authorization}\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
    expect(await receive(socket, '</soap:Envelope>')).toMatch(
      /^HTTP\/1\.\d 200 [^]*Content-Length: /,
    );
    socket.destroy();
  });

  test('a malformed value is an answer, not a fault', async () => {
    const answer = await call(
      `<OneTimeBypass xmlns="${namespace}"><seconds>-1</seconds></OneTimeBypass>`,
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(
      '<OneTimeBypassResult>false</OneTimeBypassResult><error><Code>9001</Code><Description>seconds</Description></error>',
    );
  });

  test('SEC-20 100 actions that name another operation run nothing', async () => {
    const names = [...readPfWsSdk().operations.keys()].filter((name) => name !== 'PfAuthUser_4');
    for (let i = 0; i < 100; i += 1) {
      const answer = await call(authCall(), {
        soapaction: `"${namespace}/${names[i % names.length]}"`,
      });
      expect([answer.status, answer.body]).toEqual([
        500,
        expect.stringContaining('<faultcode>soap:Client<'),
      ]);
    }
    expect(dispatched).toEqual([]);
    await call(`${authCall()}<Disable><username>bob</username></Disable>`, {
      soapaction: `"${namespace}/PfAuthUser_4"`,
    });
    expect(dispatched).toEqual(['svc PfAuthUser_4 alice']);
  });

  test.each([
    ['unknown operation', envelope('<constructor/>'), 500],
    ['broken XML', '<soap:Envelope', 500],
    ['document type', `<!DOCTYPE a>${envelope('<TestSecurity/>')}`, 500],
    ['too deep', envelope('<a>'.repeat(70)), 500],
    ['no operation', envelope(''), 500],
    ['too large', `<a>${'x'.repeat(1_048_576)}</a>`, 413],
    [
      'declared encoding',
      `<?xml version="1.0" encoding="utf-16"?>${envelope('<TestSecurity/>')}`,
      415,
    ],
    [
      'bytes that are no UTF-8',
      Buffer.from(envelope('<TestSecurity>é</TestSecurity>'), 'latin1'),
      415,
    ],
  ])('%s', async (_name, body, status) => {
    const answer = await send({ body });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(
      status === 500 ? /<faultcode>soap:Client<\/faultcode>.*<detail\/>/ : /^$/,
    );
    expect(dispatched).toEqual([]);
    expect(errors).toEqual([]);
  });

  test.each([
    ['wrong media type', { 'content-type': 'application/json' }],
    ['another character set', { 'content-type': 'text/xml; charset=iso-8859-1' }],
    ['compressed', { 'content-encoding': 'gzip' }],
  ])('415 without body: %s', async (_name, headers) => {
    const answer = await call(authCall(), headers);
    expect([answer.status, answer.body, answer.headers['content-type']]).toEqual([
      415,
      '',
      undefined,
    ]);
  });

  test('SEC-21 an operation that throws is a fault with one sentence; the operator is told', async () => {
    answerWith = () => Promise.reject(new Error(secret));
    const answer = await call(authCall());
    expect(answer.status).toBe(500);
    expect(answer.body).toContain(
      '<faultcode>soap:Server</faultcode><faultstring>The call could not be processed.</faultstring>',
    );
    expect(answer.body).not.toContain('inside');
    expect(String(errors[0])).toContain(secret);
  });

  test('SEC-21 outputs that do not fit the contract are our fault, not the caller\u2019s riddle', async () => {
    answerWith = async () => ({ stack: secret });
    expect((await call(authCall())).body).toContain('soap:Server');
    expect(errors).toHaveLength(1);
  });

  test('more open calls than allowed get 503 before their body is read', async () => {
    const release: (() => void)[] = [];
    answerWith = () => new Promise((resolve) => release.push(() => resolve({ Result: true })));
    const open = [call(authCall()), call(authCall())];
    while (release.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const answer = await call(authCall());
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    for (const one of release) one();
    expect((await Promise.all(open)).map(({ status }) => status)).toEqual([200, 200]);
  });

  test('no header names the program', async () => {
    const names = Object.keys((await call(authCall())).headers);
    expect(names).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/powered|server|version/i)]),
    );
  });
});
