import { Agent, request } from 'node:http';

const answerWithinMs = 30_000;

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** One client of the REST interface: one kept connection, one token. */
export type RestClient = {
  post(path: string, body: unknown): Promise<Answer>;
  close(): void;
};

/** `base` is a server's `http://address:port`. Paths begin after `/api/v1`. */
export const restClient = (base: string, token: string): RestClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    post: (path, body) =>
      new Promise((resolve, reject) => {
        const text = JSON.stringify(body);
        const headers = {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(text),
        };
        const call = request(
          `${base}/api/v1${path}`,
          { method: 'POST', agent, headers, timeout: answerWithinMs },
          (response) => {
            const parts: Buffer[] = [];
            response.on('data', (part: Buffer) => parts.push(part));
            response.on('error', reject);
            response.on('end', () => {
              const read = JSON.parse(Buffer.concat(parts).toString('utf8')) as Answer['body'];
              resolve({ status: response.statusCode ?? 0, body: read });
            });
          },
        );
        call.on('timeout', () => call.destroy(new Error('no answer in time')));
        call.on('error', reject);
        call.end(text);
      }),
    close: () => agent.destroy(),
  };
};
