import { Agent, request } from 'node:http';

/** Longer than the longest poll. */
const answerWithinMs = 40_000;

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** One client of the REST interface: one kept connection, one token. */
export type RestClient = {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  remove(path: string): Promise<Answer>;
  close(): void;
};

/** `base` is a server's `http://address:port`. Paths begin after `/api/v1`. */
export const restClient = (base: string, token: string): RestClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = {
        Authorization: `Bearer ${token}`,
        ...(body === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      };
      const sent = request(
        `${base}/api/v1${path}`,
        { method, agent, headers, timeout: answerWithinMs },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            const read = JSON.parse(
              Buffer.concat(parts).toString('utf8') || '{}',
            ) as Answer['body'];
            resolve({ status: response.statusCode ?? 0, body: read });
          });
        },
      );
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', reject);
      sent.end(text);
    });
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    remove: (path) => call('DELETE', path),
    close: () => agent.destroy(),
  };
};
