import { readFileSync } from 'node:fs';
import { layoutOf } from '../runtime/dataFolder.ts';
import { CommandFault } from './fault.ts';

const notRunning = (data: string): CommandFault =>
  new CommandFault(
    `no server is running on data folder ${data}: start one with "countersign serve --data ${data}"`,
  );

const read = (path: string, missing: CommandFault): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    missing.cause = cause;
    throw missing;
  }
};

const fieldOf = (value: unknown, name: string): string | undefined => {
  const found: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' ? found : undefined;
};

const parse = (text: string, fault: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw Object.assign(new CommandFault(fault), { cause });
  }
};

/** The token goes over plain HTTP, so only to this very machine; a server that listens everywhere is here too. */
const localHosts = new Map([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['localhost', '127.0.0.1'],
  ['[::1]', '[::1]'],
  ['[::]', '[::1]'],
]);

const originOf = (data: string): string => {
  const path = layoutOf(data).endpoints;
  const broken = `${path} is broken: remove it and start the server again`;
  const http = fieldOf(parse(read(path, notRunning(data)), broken), 'http');
  const url = http !== undefined && URL.canParse(http) ? new URL(http) : undefined;
  if (!url) throw new CommandFault(broken);
  const host = localHosts.get(url.hostname);
  if (url.protocol !== 'http:' || host === undefined)
    throw new CommandFault(
      `the server listens on ${url.origin}, but commands only talk to this machine: start it with --host 127.0.0.1 or 0.0.0.0`,
    );
  url.hostname = host;
  return url.origin;
};

const detailOf = (problem: unknown, status: number): string => {
  const detail = fieldOf(problem, 'detail') ?? `the server answered ${status}`;
  const errors: unknown =
    typeof problem === 'object' && problem !== null ? Reflect.get(problem, 'errors') : undefined;
  if (!Array.isArray(errors) || errors.length === 0) return detail;
  const faults = errors.map(
    (error) => `${(fieldOf(error, 'path') ?? '').slice(1)}: ${fieldOf(error, 'detail') ?? ''}`,
  );
  return `${detail} (${faults.join('; ')})`;
};

/** The largest page that the interface gives. */
const pageSize = 500;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export const withQuery = (path: string, query: Query): string => {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
};

let basePath = '/api/v1';
/** From now on every command reads what the server answered at a past moment. */
export const readAsOf = (stateId: string): void => {
  basePath = `/api/v1/audit/states/${encodeURIComponent(stateId)}`;
};

/** Calls the REST interface of the server that runs on a data folder, as its local administrator. */
export const connection = (data: string, base = basePath) => {
  const origin = originOf(data);
  const { adminToken } = layoutOf(data);
  const token = read(
    adminToken,
    new CommandFault(`${adminToken} cannot be read: run this as the user that runs the server`),
  );

  const send = async (
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more,
    };
    let response: Response;
    try {
      response = await fetch(`${origin}${base}${path}`, {
        method,
        headers,
        redirect: 'error',
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      throw Object.assign(notRunning(data), { cause });
    }
    if (response.ok) return response;
    const text = await response.text();
    const isProblem = response.headers.get('content-type')?.includes('problem+json');
    const problem = isProblem ? parse(text, 'the server’s answer is broken') : undefined;
    throw new CommandFault(detailOf(problem, response.status), problem);
  };

  return {
    /** The JSON of an answer; the server's schemas vouch for its shape. */
    async call<T>(
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<T> {
      const json = body === undefined ? undefined : JSON.stringify(body);
      const text = await (await send(method, path, json, headers)).text();
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- replies are parsed by the schema that T is the type of before they are sent
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    /** Sends a file in place of JSON. */
    async upload<T>(
      path: string,
      type: string,
      bytes: Uint8Array<ArrayBuffer>,
      method: 'PUT' | 'POST' = 'PUT',
    ): Promise<T> {
      const response = await send(method, path, bytes, { 'content-type': type });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as in call()
      return (await response.json()) as T;
    },
    /** A file, bit by bit. */
    async *download(path: string, query: Query = {}): AsyncGenerator<Uint8Array> {
      const { body } = await send('GET', withQuery(path, query));
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a body is bytes
      yield* (body ?? []) as AsyncIterable<Uint8Array>;
    },
    get<T>(path: string, query: Query = {}): Promise<T> {
      return this.call<T>('GET', withQuery(path, query));
    },
    /** All rows of a list up to `limit`, page by page. */
    async *rows<T>(path: string, query: Query, limit: number): AsyncGenerator<T> {
      let left = limit;
      let cursor: string | undefined;
      do {
        const page: { items: readonly T[]; nextCursor?: string } = await this.get(path, {
          ...query,
          limit: Math.min(left, pageSize),
          cursor,
        });
        yield* page.items;
        left -= page.items.length;
        cursor = page.nextCursor;
      } while (cursor !== undefined && left > 0);
    },
    /** Lines of an answer that comes bit by bit. */
    async *lines<T>(method: string, path: string, body?: unknown): AsyncGenerator<T> {
      const json = body === undefined ? undefined : JSON.stringify(body);
      const response = await send(method, path, json);
      const decoder = new TextDecoder();
      let rest = '';
      for await (const bytes of response.body ?? []) {
        const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
        rest = parts.pop() ?? '';
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as in call()
        for (const part of parts) yield JSON.parse(part) as T;
      }
    },
  };
};
export type Connection = ReturnType<typeof connection>;
