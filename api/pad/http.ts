import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyRefused, readBody } from '../xml/body.ts';
import { mobileLimits } from '../xml/reader.ts';

/** A request with what the service knows about it. */
export type Call = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Peer address, as told by the socket or by a trusted proxy. */
  readonly address: string | undefined;
  /** What counters know the peer by. */
  readonly source: string;
  readonly routeSegment: string | undefined;
  /** The service's base as the request wrote it. */
  readonly base: string;
  readonly query: URLSearchParams;
  /** Aborted when the other side is gone. */
  readonly gone: AbortSignal;
  /** Gives the request's place free before a long wait, which has limits of its own. */
  readonly leave: () => void;
};

export type Reply = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export const contentTypes = {
  soap: 'text/xml; charset=utf-8',
  pad: 'application/xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  text: 'text/plain; charset=utf-8',
} as const;

/** Sends an answer that nobody may keep; the media type is ours, never the caller's (SEC-21). */
export const send = (response: ServerResponse, reply: Reply): void => {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(reply.body);
  response.removeHeader('X-Powered-By');
  response.writeHead(reply.status, {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Type': reply.type,
    'Content-Length': body.length,
    ...reply.headers,
  });
  response.end(body);
};

/** One fixed line for people who look at the wire. */
export const textReply = (
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({ status, type: contentTypes.text, body: `${text}\n`, headers });

/** `Retry-After` counts whole seconds. */
export const retryAfter = (ms: number): Readonly<Record<string, string>> => ({
  'Retry-After': String(Math.max(1, Math.ceil(ms / 1_000))),
});

const bodyTexts = {
  400: 'The body ended early.',
  408: 'The body came too slowly.',
  413: 'The body is too large.',
  415: 'The body has an encoding that is not read here.',
} as const;

/** The whole body, or the reply that refuses it. */
export const bodyOf = async ({ request }: Call, timeoutMs: number): Promise<Buffer | Reply> => {
  try {
    return await readBody(request, { maxBytes: mobileLimits.maxBytes, timeoutMs });
  } catch (error) {
    if (!(error instanceof BodyRefused)) throw error;
    // What was not read would be taken for the next request.
    return textReply(error.status, bodyTexts[error.status], { Connection: 'close' });
  }
};

/** Compares two hashes as they stand on the wire, in constant time (SEC-34). */
export const sameHash = (left: string, right: string): boolean =>
  timingSafeEqual(
    createHash('sha256').update(left).digest(),
    createHash('sha256').update(right).digest(),
  );

/** A header that may come once; repeated ones are as good as none. */
export const headerOf = ({ request }: Call, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};
