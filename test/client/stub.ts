import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

export type Seen = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};
export type Answer = (response: ServerResponse, seen: Seen) => void;

/** Answers calls in the order of a list, the last answer for all that come after; keeps what it saw. */
export const stub = async (...answers: readonly Answer[]) => {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.once('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body });
      answers[Math.min(seen.length, answers.length) - 1]!(response, seen.at(-1)!);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Answer =>
  (response) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(JSON.stringify(value));
  };
/** A refusal for now; "0" lets tests go on at once. */
export const busy = (status: 429 | 503, retryAfter = '0'): Answer =>
  json(status, { code: 'BUSY', detail: 'later', errors: [] }, { 'retry-after': retryAfter });
/** The connection ends without an answer. */
export const hangUp: Answer = (response) => void response.destroy();
