import { once } from 'node:events';
import { request as requestPlain, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { LookupFunction } from 'node:net';
import {
  checkTarget,
  resolveTarget,
  TargetRefused,
  type TargetAddress,
  type TargetRules,
} from './targets.ts';

export { TargetRefused, type Resolver, type TargetRefusedReason } from './targets.ts';

export type GuardedInit = TargetRules & {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** For all of it: resolving, connecting, sending, and the answer to its last byte. */
  readonly timeoutMs: number;
  /** A longer answer is refused. */
  readonly maxBodyBytes: number;
  readonly signal?: AbortSignal;
};

export type GuardedAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export type NoAnswerReason = 'resolve' | 'connect' | 'timeout' | 'reset' | 'tooLarge' | 'aborted';

/** No complete answer came. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly reason: NoAnswerReason;
  /** False where it is certain that not a byte of the request arrived; true where it may have been acted upon. */
  readonly sent: boolean;
  constructor(reason: NoAnswerReason, sent: boolean, options?: ErrorOptions) {
    super(`no answer: ${reason}`, options);
    this.reason = reason;
    this.sent = sent;
  }
}

/**
 * One HTTP request to an address that a person chose (SEC-62): scheme, port and every resolved address are checked
 * when the connection is made, which is a new one each time; redirects are handed back, never followed; the answer
 * is bounded in time and size.
 * @throws {TargetRefused} the rules forbid it
 * @throws {NoAnswer}
 */
export const guardedFetch = async (text: string, init: GuardedInit): Promise<GuardedAnswer> => {
  const target = checkTarget(text, init);
  const ends = AbortSignal.timeout(init.timeoutMs);
  const signal = init.signal === undefined ? ends : AbortSignal.any([ends, init.signal]);
  const over = (sent: boolean): NoAnswer =>
    new NoAnswer(ends.aborted ? 'timeout' : 'aborted', sent, { cause: signal.reason });
  let addresses: readonly TargetAddress[];
  try {
    addresses = await unlessAborted(resolveTarget(target.host, target.port, init), signal);
  } catch (cause) {
    if (cause instanceof TargetRefused) throw cause;
    throw signal.aborted ? over(false) : new NoAnswer('resolve', false, { cause });
  }
  let sent = false;
  try {
    return await exchange({
      url: target.url,
      addresses,
      init,
      signal,
      onReady: () => (sent = true),
    });
  } catch (cause) {
    if (cause instanceof NoAnswer) throw cause;
    if (signal.aborted) throw over(sent);
    throw new NoAnswer(sent ? 'reset' : 'connect', sent, { cause });
  }
};

type Exchange = {
  readonly url: URL;
  readonly addresses: readonly TargetAddress[];
  readonly init: GuardedInit;
  readonly signal: AbortSignal;
  /** The other side can read from now on. */
  readonly onReady: () => void;
};

const exchange = async (parts: Exchange): Promise<GuardedAnswer> => {
  const { url, addresses, init, signal, onReady } = parts;
  const secure = url.protocol === 'https:';
  const request = (secure ? requestSecure : requestPlain)(url, {
    method: init.method ?? 'GET',
    headers: { ...init.headers, 'accept-encoding': 'identity', ...lengthOf(init.body) },
    // A kept connection would be one that was checked for another request, and may be half dead.
    agent: false,
    lookup: only(addresses),
    signal,
  });
  // What goes wrong with the request once the answer has come is told by the answer, or concerns nobody.
  request.on('error', ignore);
  request.on('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', onReady));
  try {
    const answered: Promise<readonly IncomingMessage[]> = once(request, 'response');
    request.end(init.body);
    const [response] = await answered;
    if (response === undefined) throw new TypeError('an answer without a message');
    const body = await readBounded(response, init.maxBodyBytes);
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  } finally {
    request.destroy();
  }
};

/** Resolves to the addresses that were checked, whatever the name says meanwhile. */
const only =
  (addresses: readonly TargetAddress[]): LookupFunction =>
  (_, options, callback) => {
    const [first] = addresses;
    if (options.all === true || first === undefined) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };

/** A resolver cannot be called off; its late answer is dropped. */
const unlessAborted = <Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });

const ignore = (): void => {};

const lengthOf = (body: string | Buffer | undefined): Record<string, string> =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };

const readBounded = async (response: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new NoAnswer('tooLarge', true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
};
