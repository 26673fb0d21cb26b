import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { queryOf } from './body.ts';
import { Problem } from './problem.ts';
import type { Principal, RawCall, Upload } from './route.ts';

const idempotencyKeyForm = /^[\x21-\x7e]{1,255}$/;
/** W3C Trace Context §3.2: version, trace id, parent id, flags. */
const traceparentForm = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;

/** The id of a call: the trace's where the caller has one, a new one otherwise. */
export const newCallId = (request: Request): string => {
  const { traceparent } = request.headers;
  const trace =
    typeof traceparent === 'string' ? traceparentForm.exec(traceparent)?.[1] : undefined;
  return (trace ?? randomUUID().replaceAll('-', '')).toUpperCase();
};
/** The id that this answer carries already. */
export const callIdOf = (response: Response): string => String(response.getHeader('X-Request-Id'));

const idempotencyKeyOf = (request: Request): string | undefined => {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.method !== 'POST') return undefined;
  if (typeof key === 'string' && idempotencyKeyForm.test(key)) return key;
  throw new Problem(400, 'BAD_REQUEST', 'Idempotency-Key has 1 to 255 visible ASCII characters.', {
    errors: [{ in: 'header', path: '/Idempotency-Key', detail: 'malformed' }],
  });
};

/** One strong entity tag of ours, or `*`; a list of them says nothing here. */
const entityTag = /^(?:"([\x21\x23-\x7e]{1,100})"|(\*))$/;

const ifMatchOf = (request: Request): string | undefined => {
  const given = request.headers['if-match'];
  if (given === undefined) return undefined;
  const [, tag, any] = entityTag.exec(given) ?? [];
  const version = tag ?? any;
  if (version !== undefined) return version;
  throw new Problem(400, 'BAD_REQUEST', 'If-Match takes the ETag of an earlier answer.', {
    errors: [{ in: 'header', path: '/If-Match', detail: 'malformed' }],
  });
};

/** Ends when the client goes away before its answer. */
export const goneSignal = (response: Response): AbortSignal => {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
};

/** What came over the wire, once its body has been read. */
export const rawCall = (
  request: Request,
  principal: Principal,
  callId: string,
  signal: AbortSignal,
  upload?: Upload,
): RawCall => {
  const idempotencyKey = idempotencyKeyOf(request);
  const ifMatch = ifMatchOf(request);
  const lastEventId = request.get('last-event-id');
  return {
    params: request.params,
    query: queryOf(request),
    body: upload === undefined ? request.body : undefined,
    principal,
    callId,
    base: request.baseUrl,
    signal,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(lastEventId === undefined ? {} : { lastEventId }),
    ...(upload === undefined ? {} : { upload }),
  };
};
