/*
 * Requests that two programs read differently, each of them with another request hidden where one of the two sees a body
 * or a header (RFC 9112 §11.2). None may be answered but by a refusal, and the hidden one never.
 */

const hidden = 'GET /api/v1/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';
const get = 'GET /api/v1/health/live HTTP/1.1';
const post = 'POST /api/v1/users HTTP/1.1';

const withBody = (headers: string, body: string): string =>
  `${post}\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}${hidden}`;
const withHeader = (header: string): string =>
  `${get}\r\nHost: localhost\r\n${header}\r\n\r\n${hidden}`;
const chunked = (body: string): string => withBody('Transfer-Encoding: chunked', body);
const lengths = ['+5', '-1', '0x5', '5 5', '5,5', '5, 6', '', '5.0', '1e1', '18446744073709551621'];
const codings = [
  'xchunked',
  'identity',
  'chunked, identity',
  'chunked;a=b',
  '\vchunked',
  'chunked\v',
  '"chunked"',
  'chun ked',
  '\0chunked',
];
const sizes = ['0x5', '-5', '+5', '5\n', 'FFFFFFFFFFFFFFFFF', 'g', '', ' 5', '5;a\nb'];

export const smugglingVectors: readonly (readonly [name: string, octets: string])[] = [
  [
    'a length and chunks',
    withBody('Content-Length: 6\r\nTransfer-Encoding: chunked', '0\r\n\r\nG'),
  ],
  [
    'chunks and a length',
    withBody('Transfer-Encoding: chunked\r\nContent-Length: 4', '5c\r\nG\r\n0\r\n\r\n'),
  ],
  ['two lengths', withBody('Content-Length: 5\r\nContent-Length: 6', '{"a":')],
  ['one length twice', withBody('Content-Length: 5\r\nContent-Length: 5', '{"a":')],
  ...lengths.map(
    (length) =>
      [`length ${JSON.stringify(length)}`, withBody(`Content-Length: ${length}`, '{"a":')] as const,
  ),
  ...codings.map(
    (coding) =>
      [
        `coding ${JSON.stringify(coding)}`,
        withBody(`Transfer-Encoding: ${coding}`, '0\r\n\r\n'),
      ] as const,
  ),
  [
    'a coding twice',
    withBody('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', '0\r\n\r\n'),
  ],
  ['a blank before the colon', withBody('Transfer-Encoding : chunked', '0\r\n\r\n')],
  ['a tab before the colon', withBody('Content-Length\t: 5', '{"a":')],
  ['a folded coding', withBody('Transfer-Encoding:\r\n chunked', '0\r\n\r\n')],
  ['a folded length', withHeader('X: y\r\n Content-Length: 5')],
  [
    'chunks in HTTP/1.0',
    `POST /api/v1/users HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n${hidden}`,
  ],
  ...sizes.map(
    (size) =>
      [`chunk size ${JSON.stringify(size)}`, chunked(`${size}\r\n{"a":\r\n0\r\n\r\n`)] as const,
  ),
  ['a chunk without its end', chunked('5\r\n{"a":0\r\n\r\n')],
  ['a chunk with bare line feeds', chunked('5\n{"a":\n0\n\n')],
  ['bare line feeds', `${get}\nHost: localhost\n\n${hidden}`],
  ['a bare line feed in a header', withHeader('X: y\nContent-Length: 5')],
  ['a bare carriage return in a header', withHeader('X: y\rContent-Length: 5')],
  ['a zero octet in a header', withHeader('X: y\0z')],
  ['a name with a blank', withHeader('Content Length: 5')],
  ['a name with a zero octet', withHeader('X\0: y')],
  ['a name with a high octet', withHeader('X\u00e9: y')],
  ['no name', withHeader(': y')],
  ['no colon', withHeader('Content-Length')],
  ['a tab in the request', `GET\t/api/v1/health/live HTTP/1.1\r\nHost: l\r\n\r\n${hidden}`],
  ['a blank in the path', `GET /api /v1 HTTP/1.1\r\nHost: l\r\n\r\n${hidden}`],
  ['no version', `GET /api/v1/health/live\r\nHost: l\r\n\r\n${hidden}`],
  ['version 9', `GET /api/v1/health/live HTTP/9.9\r\nHost: l\r\n\r\n${hidden}`],
  ['lower-case version', `GET /api/v1/health/live http/1.1\r\nHost: l\r\n\r\n${hidden}`],
  ['HTTP/2 without asking', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden}`],
  ['another protocol before it', `\x16\x03\x01\x00\x05hello${hidden}`],
  ['no host', `${get}\r\n\r\n${hidden}`],
  ['two hosts', `${get}\r\nHost: localhost\r\nHost: other\r\n\r\n${hidden}`],
  ['one host twice', `${get}\r\nHost: localhost\r\nhost: localhost\r\n\r\n${hidden}`],
  ['a tunnel', `CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n${hidden}`],
];

/** Whether that is all that may be heard of such a request: a refusal, before or after it was asked who it is from. */
export const isRefusal = (heard: string): boolean => {
  const statuses = statusesIn(heard);
  return statuses.length <= 2 && statuses.every((status) => refusals.has(status));
};
const refusals: ReadonlySet<number> = new Set([400, 401, 408, 429, 501, 505]);

/** Statuses of the answers in what was heard. */
export const statusesIn = (heard: string): readonly number[] =>
  [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
