import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CallRefused, isTransient, problemOf, Unreachable } from './faults.ts';
import type { OperationFacts, Upload } from './operation.ts';
import type { CallOptions } from './types.ts';

export type ClientOptions = {
  /** Scheme, host and port, as in `https://mfa.example.com:8443`; a function is asked before each call. */
  readonly url: string | (() => string);
  /** Of an API client, an OAuth grant or the local administrator; a function is asked before each call. */
  readonly token: string | (() => string | Promise<string>);
  readonly basePath?: string;
  /** For an answer to begin, besides what the call itself asks the server to wait; 30 s where absent. */
  readonly timeoutMs?: number;
  /** How often one call is made at most, where a repeat is the same call and the server says 429 or 503; 3 where absent. */
  readonly tries?: number;
  readonly fetch?: typeof fetch;
};

/** A call with its types taken off. */
export type AnyInput = CallOptions & {
  readonly path?: Readonly<Record<string, string | number>> | undefined;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly body?: unknown;
};

const defaultTimeoutMs = 30_000;
const defaultTries = 3;
/** A server that wants to be left alone for longer is told of to the caller. */
const longestPauseMs = 30_000;
const firstPauseMs = 1_000;
const idempotent: readonly OperationFacts['method'][] = ['GET', 'PUT', 'DELETE'];
const thisMachine: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

const isUpload = (body: unknown): body is Upload =>
  typeof body === 'object' && body !== null && 'bytes' in body && 'contentType' in body;

/** Query fields as text; what is undefined is not sent. */
const queryText = (query: AnyInput['query'] = {}): string => {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
};

const pathText = (template: string, path: AnyInput['path'] = {}): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(path[name] ?? '')),
  );

/** @throws {TypeError} where the token would cross a network in the clear */
const originOf = (url: string): string => {
  const { protocol, hostname, origin } = new URL(url);
  if (protocol === 'https:' || (protocol === 'http:' && thisMachine.includes(hostname)))
    return origin;
  throw new TypeError(`${origin}: a token goes over https:, or over http: to this machine only`);
};

/** @throws {Unreachable} where nobody can say now where the server is */
const originNow = ({ url }: ClientOptions): string => {
  if (typeof url === 'string') return originOf(url);
  try {
    return originOf(url());
  } catch (cause) {
    throw new Unreachable('it is not known where the server is', cause);
  }
};

/** Milliseconds of a Retry-After (RFC 9110 §10.2.3): seconds or a date. */
const retryAfterOf = (header: string | null): number | undefined => {
  if (header === null) return undefined;
  const ms = /^\d{1,6}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const refusalOf = async (response: Response): Promise<CallRefused> => {
  const isProblem = response.headers.get('content-type')?.includes('problem+json') === true;
  const text = await response.text();
  const document = isProblem ? parsed(text) : undefined;
  return new CallRefused(
    problemOf(response.status, document),
    retryAfterOf(response.headers.get('retry-after')),
  );
};

/** What the call itself lets the server wait for. */
const waitMsOf = ({ query, body }: AnyInput): number => {
  const inBody: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'wait') : undefined;
  return 1000 * (Number(query?.['wait'] ?? 0) + (typeof inBody === 'number' ? inBody : 0));
};

const headersOf = (facts: OperationFacts, input: AnyInput, token: string) => {
  const { body, ifMatch } = input;
  const type = isUpload(body) ? body.contentType : 'application/json';
  return {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': type }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch === '*' ? ifMatch : `"${ifMatch}"` }),
    ...(facts.keyed ? { 'idempotency-key': input.idempotencyKey ?? randomUUID() } : {}),
  };
};

/**
 * Makes one call and resolves once its answer begins.
 * @throws {CallRefused} for an answer that is no success
 * @throws {Unreachable} where no answer comes
 */
export const sender = (options: ClientOptions) => {
  const { token, basePath = '/api/v1', timeoutMs = defaultTimeoutMs } = options;
  const { tries = defaultTries, fetch: fetched = fetch } = options;

  const once = async (url: string, request: RequestInit, limitMs: number): Promise<Response> => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('the time is up')), limitMs);
    const { signal: given } = request;
    const signal = given ? AbortSignal.any([given, late.signal]) : late.signal;
    try {
      return await fetched(url, { ...request, signal, redirect: 'error' });
    } catch (cause) {
      if (given?.aborted) throw cause;
      throw new Unreachable(`no answer from ${new URL(url).origin}`, cause);
    } finally {
      // A stream goes on for as long as it likes.
      clearTimeout(timer);
    }
  };

  return async (
    facts: OperationFacts,
    input: AnyInput,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> => {
    const { body, signal } = input;
    const path = `${pathText(facts.path, input.path)}${queryText(input.query)}`;
    const headers = headersOf(facts, input, typeof token === 'string' ? token : await token());
    const request: RequestInit = {
      method: facts.method,
      headers: { ...headers, ...more },
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body: isUpload(body) ? body.bytes : JSON.stringify(body) }),
    };
    const mayRepeat = idempotent.includes(facts.method) || facts.keyed === true;
    for (let tried = 1; ; tried += 1) {
      const url = `${originNow(options)}${basePath}${path}`;
      const response = await once(url, request, timeoutMs + waitMsOf(input));
      if (response.ok) return response;
      const refused = await refusalOf(response);
      const pauseMs = refused.retryAfterMs ?? firstPauseMs * 2 ** (tried - 1);
      const again = mayRepeat && tried < tries && isTransient(refused) && pauseMs <= longestPauseMs;
      if (!again) throw refused;
      await pause(pauseMs, undefined, signal === undefined ? {} : { signal });
    }
  };
};
export type Send = ReturnType<typeof sender>;
