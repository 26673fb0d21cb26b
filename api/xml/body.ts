import type { IncomingMessage } from 'node:http';

export type BodyRefusedReason = 'encoding' | 'tooLarge' | 'tooSlow' | 'aborted';

/** HTTP status of each reason; after `aborted` nobody is there to read it. */
export const bodyStatuses = {
  encoding: 415,
  tooLarge: 413,
  tooSlow: 408,
  aborted: 400,
} as const satisfies Record<BodyRefusedReason, number>;

/** The body is not taken; a refusal other than `encoding` leaves it half read, so the connection must close. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused';
  readonly reason: BodyRefusedReason;
  readonly status: (typeof bodyStatuses)[BodyRefusedReason];
  constructor(reason: BodyRefusedReason) {
    super(`body refused: ${reason}`);
    this.reason = reason;
    this.status = bodyStatuses[reason];
  }
}

export type BodyLimits = { readonly maxBytes: number; readonly timeoutMs?: number };

/** SEC-18: a body that has not arrived in this time never will. */
const bodyTimeoutMs = 10_000;

/**
 * Reads a request body whole. The limits are those of SEC-18: counted while reading, so they hold for chunked
 * bodies too; a declared length above the limit is refused before the first byte is read.
 * @throws {BodyRefused}
 */
export const readBody = (request: IncomingMessage, limits: BodyLimits): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const refused = refusedByHeaders(request, limits.maxBytes);
    if (refused !== undefined || request.destroyed) {
      reject(new BodyRefused(refused ?? 'aborted'));
      return;
    }
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      // An error that comes after the decision concerns nobody, but unheard it would end the process.
      request.on('error', ignore);
      done();
    };
    const refuse = (reason: BodyRefusedReason): void =>
      settle(() => {
        request.pause();
        reject(new BodyRefused(reason));
      });
    const onData = (chunk: Buffer): void => {
      sizeBytes += chunk.length;
      if (sizeBytes > limits.maxBytes) refuse('tooLarge');
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks, sizeBytes)));
    const onGone = (): void => refuse('aborted');
    const timer = setTimeout(() => refuse('tooSlow'), limits.timeoutMs ?? bodyTimeoutMs);
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });

/**
 * Reads a body away that nobody wants, so that the connection can serve the next request, within the same
 * limits; a body beyond them costs its sender the connection.
 */
export const drainBody = (request: IncomingMessage, limits: BodyLimits): void => {
  if (request.readableEnded || request.destroyed) return;
  let sizeBytes = 0;
  const timer = setTimeout(() => request.destroy(), limits.timeoutMs ?? bodyTimeoutMs);
  // Once a request has its answer, the end of its connection is told on the socket only.
  const { socket } = request;
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('close', stop);
  };
  socket.once('close', stop);
  request.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes > limits.maxBytes) request.destroy();
  });
  request.on('end', stop).on('close', stop).on('error', stop);
  request.resume(); // A refused body was paused.
};

/** A `Content-Type`: the type in lower case and its parameters by lower-case name. */
export type MediaType = {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
};

/** Reads a `Content-Type` with the quoting that clients really send: `"x"`, `'x'` or none. */
export const readMediaType = (header: string | undefined): MediaType | undefined => {
  const [type = '', ...rest] = (header ?? '').slice(0, maxMediaTypeLength).split(';');
  if (type.trim() === '') return undefined;
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    if (equals > 0) {
      parameters.set(
        parameter.slice(0, equals).trim().toLowerCase(),
        unquoted(parameter.slice(equals + 1)),
      );
    }
  }
  return { type: type.trim().toLowerCase(), parameters };
};

const maxMediaTypeLength = 1_024;

/** Takes one pair of equal quotes away: `"x"`, `'x'`. */
export const unquoted = (value: string): string => {
  const text = value.trim();
  const quote = text.charAt(0);
  const quoted = text.length >= 2 && (quote === '"' || quote === "'") && text.endsWith(quote);
  return quoted ? text.slice(1, -1) : text;
};

const refusedByHeaders = (
  { headers }: IncomingMessage,
  maxBytes: number,
): BodyRefusedReason | undefined => {
  const encodings = [
    headers['content-encoding'] ?? 'identity',
    headers['transfer-encoding'] ?? 'chunked',
  ];
  const [content, transfer] = encodings.map((value) => value.trim().toLowerCase());
  if (content !== 'identity' || transfer !== 'chunked') return 'encoding';
  const charset = readMediaType(headers['content-type'])?.parameters.get('charset') ?? 'utf-8';
  if (charset.toLowerCase() !== 'utf-8') return 'encoding';
  return Number(headers['content-length'] ?? 0) > maxBytes ? 'tooLarge' : undefined;
};

const ignore = (): void => {};
