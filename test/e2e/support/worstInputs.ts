import { sdkPath } from './sdk.ts';
import type { RawCall } from './rawHttp.ts';

/** Bodies that are as large as a door takes, each of the shape that one kind of reader likes least. */
const kib = 1_024;
const fill = (unit: string, bytes: number): string =>
  unit.repeat(Math.max(1, Math.floor(bytes / unit.length)));

const numbered = (count: number, of: (number: number) => string): string =>
  Array.from({ length: count }, (_, number) => of(number)).join('');

/** `around` puts the shape where the message is. */
const xmlShapes = (
  bytes: number,
  around: (inner: string) => string,
): Readonly<Record<string, string>> => ({
  nesting: around(fill('<a>', bytes / 2) + fill('</a>', bytes / 2)),
  'unclosed nesting': around(fill('<a>', bytes)),
  attributes: around(`<a ${numbered(bytes / 12, (number) => `a${number}="x" `)}/>`),
  namespaces: around(`<a ${numbered(bytes / 20, (number) => `xmlns:n${number}="u" `)}/>`),
  entities: around(fill('&amp;', bytes)),
  'character references': around(fill('&#x41;', bytes)),
  CDATA: around(fill('<![CDATA[x]]>', bytes)),
  'CDATA ends': around(`<![CDATA[${fill(']]', bytes)}]]>`),
  'long name': around(`<${fill('a', bytes)}/>`),
  comments: around(fill('<!--x-->', bytes)),
  dashes: around(`<!--${fill('- ', bytes)}-->`),
  elements: around(fill('<a/>', bytes)),
  text: around(fill('x', bytes)),
  blanks: around(fill(' ', bytes)),
  'less-than signs': around(fill('<', bytes)),
});

const jsonShapes = (bytes: number): Readonly<Record<string, string>> => ({
  'nested arrays': fill('[', bytes),
  'nested objects': fill('{"a":', bytes),
  'many fields': `{${numbered(bytes / 14, (number) => `"k${number}":1,`)}"z":1}`,
  commas: `[${fill('1,', bytes)}1]`,
  'long text': JSON.stringify({ username: fill('x', bytes) }),
  escapes: `{"username":"${fill('\\u0041', bytes)}"}`,
  'long number': `{"wait":${fill('9', bytes)}}`,
  blanks: fill(' ', bytes),
});

/** Files of lines; none of them has a row that an import would go on to work off. */
const csvShapes = (bytes: number): Readonly<Record<string, string>> => ({
  quotes: fill('"', bytes),
  'one quoted cell': `"${fill('a', bytes)}`,
  'one plain cell': fill('a', bytes),
  cells: fill(',', bytes),
  'quoted cells': fill('"a",', bytes),
  'empty lines': `Username,Serial\n${fill('\n', bytes)}`,
  'lines of another file': fill('a,b\r\n', bytes),
});

const pskc = (inner: string): string =>
  `<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">${inner}</KeyContainer>`;

const soap = (inner: string): string =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${inner}</soap:Body></soap:Envelope>`;
const inCall = (inner: string): string =>
  soap(
    `<GetUserInfo xmlns="http://www.phonefactor.com/PfWsSdk"><username>${inner}</username></GetUserInfo>`,
  );

export type Worst = { readonly name: string; readonly call: RawCall };

export const worstInputs = (authorization: { rest: string; sdk: string }): readonly Worst[] => {
  const xml = { 'content-type': 'text/xml; charset=utf-8' };
  const post = (
    name: string,
    path: string,
    body: string,
    headers: Record<string, string>,
  ): Worst => ({
    name,
    call: { secure: true, method: 'POST', path, headers, body },
  });
  const each = (
    shapes: Readonly<Record<string, string>>,
    of: (shape: string, body: string) => Worst,
  ): readonly Worst[] => Object.entries(shapes).map(([shape, body]) => of(shape, body));
  const get = (name: string, path: string): Worst => ({
    name,
    call: { secure: false, method: 'GET', path, headers: { authorization: authorization.rest } },
  });
  const sdkHeaders = { ...xml, authorization: authorization.sdk };
  const restHeaders = { 'content-type': 'application/json', authorization: authorization.rest };
  const csvHeaders = { 'content-type': 'text/csv', authorization: authorization.rest };
  const pskcHeaders = {
    'content-type': 'application/pskc+xml',
    authorization: authorization.rest,
  };
  return [
    ...each(xmlShapes(1_000 * kib, inCall), (shape, body) =>
      post(`SDK: ${shape}`, sdkPath, body, sdkHeaders),
    ),
    ...each(
      xmlShapes(60 * kib, (inner) => `<pfpMessage>${inner}</pfpMessage>`),
      (shape, body) => post(`pad: ${shape}`, '/pa/pad', body, xml),
    ),
    ...each(xmlShapes(60 * kib, soap), (shape, body) =>
      post(`activation: ${shape}`, '/pa/PfPaWs.asmx', body, xml),
    ),
    ...each(jsonShapes(1_000 * kib), (shape, body) =>
      post(`REST: ${shape}`, '/api/v1/users', body, restHeaders),
    ),
    ...each(csvShapes(1_000 * kib), (shape, body) =>
      post(`users as CSV: ${shape}`, '/api/v1/users/import', body, csvHeaders),
    ),
    ...each(csvShapes(1_000 * kib), (shape, body) =>
      post(`tokens as CSV: ${shape}`, '/api/v1/tokens/import', body, csvHeaders),
    ),
    ...each(xmlShapes(1_000 * kib, pskc), (shape, body) =>
      post(`tokens as PSKC: ${shape}`, '/api/v1/tokens/import', body, pskcHeaders),
    ),
    ...each(jsonShapes(1_000 * kib), (shape, body) =>
      post(`encrypted tokens: ${shape}`, '/api/v1/tokens/import', body, restHeaders),
    ),
    get('REST: long path', `/api/v1/users/${fill('%41', 12 * kib)}`),
    get('REST: long query', `/api/v1/users?text=${fill('a%', 12 * kib)}`),
    get('REST: many parameters', `/api/v1/users?${fill('a=1&', 12 * kib)}`),
    get('REST: a page of the audit log', '/api/v1/audit?limit=500'),
    get('REST: a page of users', '/api/v1/users?limit=500'),
    get('REST: description', '/api/v1/openapi.json'),
    post('SDK: long credentials', sdkPath, inCall('x'), {
      ...xml,
      authorization: `Basic ${fill('QUFB', 12 * kib)}`,
    }),
  ];
};
