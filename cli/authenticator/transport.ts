import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';

/** The server did not answer, or not now; the same call may be made again. */
export class Away extends Error {
  override readonly name = 'Away';
  /** How long the server asked to wait. */
  readonly retryAfterMs: number | undefined;
  /** The server is there, and has had too much of this. */
  readonly tooMany: boolean;
  constructor(
    message: string,
    options: { cause?: unknown; retryAfterMs?: number; tooMany?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
    this.tooMany = options.tooMany ?? false;
  }
}

export type Sent = {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
};

export type Received = { readonly status: number; readonly body: string };

/** @throws {Away} */
export type Transport = (sent: Sent) => Promise<Received>;

const maxAnswerBytes = 1_048_576;

/**
 * HTTP over Node's own client. Certificates are always checked; `ca` (PEM) are trusted besides the usual ones.
 */
export const transport =
  (ca?: string): Transport =>
  ({ url, method, headers, body, timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      const isTls = url.startsWith('https:');
      const limit = AbortSignal.timeout(timeoutMs);
      const options = {
        method,
        headers,
        agent: false,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        ...(isTls && ca !== undefined ? { ca: [...rootCertificates, ca] } : {}),
      } as const;
      const fail = (cause: unknown): void => reject(away(cause));
      const send = isTls ? httpsRequest : httpRequest;
      const request = send(url, options, (response) => {
        const chunks: Buffer[] = [];
        let sizeBytes = 0;
        response.on('data', (chunk: Buffer) => {
          sizeBytes += chunk.length;
          if (sizeBytes > maxAnswerBytes) request.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const text = Buffer.concat(chunks).toString();
          if (status === 429 || status >= 500) {
            reject(notNow(status, response.headers['retry-after']));
          } else resolve({ status, body: text });
        });
      });
      request.on('error', fail);
      request.end(body);
    });

const away = (cause: unknown): Away =>
  new Away(cause instanceof Error ? cause.message : 'the server does not answer', { cause });

const notNow = (status: number, header: string | undefined): Away => {
  const tooMany = status === 429;
  const message = tooMany ? 'too many attempts; the server asks to wait' : 'the server is busy';
  const seconds = Number(header);
  return Number.isFinite(seconds) && header !== undefined
    ? new Away(message, { retryAfterMs: seconds * 1_000, tooMany })
    : new Away(message, { tooMany });
};
