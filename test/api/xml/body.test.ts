import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BodyRefused, readBody, readMediaType } from '../../../api/xml/body.ts';

const limits = { maxBytes: 1_000, timeoutMs: 200 };
let server: Server;
let outcomes: string[] = [];

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const [status, text] = await readBody(request, limits).then(
    (body) => [200, `${body.length}`] as const,
    (error: unknown) => {
      if (!(error instanceof BodyRefused)) throw error;
      outcomes.push(error.reason);
      return [error.status, error.reason] as const;
    },
  );
  response.writeHead(status, { 'Content-Length': text.length, Connection: 'close' });
  response.end(text);
};

beforeAll(async () => {
  server = createServer((request, response) => {
    void serve(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Sends raw text and gives what came back until the connection closed. */
const exchange = (...parts: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.on('close', () => resolve(received)).on('error', reject);
    for (const part of parts) socket.write(part);
  });

const post = (headers: string, body = ''): Promise<string> =>
  exchange(`POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`);
const chunked = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

describe('SEC-18 a body', () => {
  test.each([
    ['with its length', 'Content-Length: 5', 'hello', '200', '5'],
    ['in chunks', 'Transfer-Encoding: chunked', chunked('x'.repeat(1_000)), '200', '1000'],
    ['that is empty', 'Content-Length: 0', '', '200', '0'],
    [
      'that says it is too long, before a byte of it',
      'Content-Length: 1001',
      '',
      '413',
      'tooLarge',
    ],
    [
      'that is too long in chunks',
      'Transfer-Encoding: chunked',
      chunked('x'.repeat(1_001)),
      '413',
      'tooLarge',
    ],
    ['that is compressed', 'Content-Encoding: gzip\r\nContent-Length: 1', 'x', '415', 'encoding'],
    ['that says identity', 'Content-Encoding: identity\r\nContent-Length: 1', 'x', '200', '1'],
    [
      'in another character set',
      'Content-Type: text/xml; charset=utf-16\r\nContent-Length: 1',
      'x',
      '415',
      'encoding',
    ],
    [
      'with an oddly quoted character set',
      "Content-Type: text/xml; charset='UTF-8'\r\nContent-Length: 1",
      'x',
      '200',
      '1',
    ],
    ['that does not come', 'Content-Length: 5', 'hel', '408', 'tooSlow'],
  ])('%s', async (_name, headers, body, status, text) => {
    const answer = await post(headers, body);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*${text}$`));
  });

  test('whose sender hangs up is given up', async () => {
    outcomes = [];
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(outcomes).toEqual(['aborted']);
  });
});

test.each([
  ['text/xml', 'text/xml', undefined],
  ['Text/XML; Charset="utf-8"', 'text/xml', 'utf-8'],
  ["text/xml;charset='utf-8'", 'text/xml', 'utf-8'],
  ['application/soap+xml; action="a;b"; charset=utf-8', 'application/soap+xml', 'utf-8'],
])('media type %s', (header, type, charset) => {
  const media = readMediaType(header);
  expect([media?.type, media?.parameters.get('charset')]).toEqual([type, charset]);
});

test('no media type', () => {
  expect(readMediaType(undefined)).toBeUndefined();
  expect(readMediaType(' ; charset=utf-8')).toBeUndefined();
});
