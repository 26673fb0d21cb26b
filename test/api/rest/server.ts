import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import express from 'express';
import { restApi, type RestOptions } from '../../../api/rest/app.ts';
import { fakeFacade } from './fakeFacade.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read replies that the assertions describe
  readonly json: any;
};

/** Waits for something that a call still under way brings about. */
const until = async (done: () => boolean): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!done()) {
    if (performance.now() > deadline) throw new Error('it did not happen');
    await nextTurn();
  }
};

/** The interface over real HTTP on a free port, before a facade in memory. */
export const restServer = async (options: Partial<RestOptions> = {}) => {
  const fake = fakeFacade();
  const adminToken = randomBytes(32).toString('base64url');
  const logged: Readonly<Record<string, unknown>>[] = [];
  const app = express().disable('x-powered-by');
  app.use(
    '/api/v1',
    restApi({
      facade: fake.facade,
      adminTokenHash: createHash('sha256').update(adminToken).digest('hex'),
      logger: { error: (_message, fields) => logged.push(fields) },
      ...options,
    }),
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (!address || typeof address === 'string') throw new TypeError('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const base = `${origin}/api/v1`;

  /** One call with the administrator's token, unless another or none ('') is given. */
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const sent: Record<string, string> = { authorization: `Bearer ${adminToken}`, ...headers };
    if (body !== undefined) sent['content-type'] ??= 'application/json';
    // Whatever is there: tests that mean a version, or none (''), say so.
    if (method === 'PATCH') sent['if-match'] ??= '*';
    for (const name of ['authorization', 'if-match']) if (sent[name] === '') delete sent[name];
    const response = await fetch(base + path, {
      method,
      headers: sent,
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '')
      ? lastJson(text)
      : undefined;
    return { status: response.status, headers: response.headers, text, json };
  };
  /** The token of a new API client. */
  const clientWith = async (...scopes: string[]): Promise<{ authorization: string }> => {
    const { json } = await call('POST', '/api-clients', { name: 'test', scopes });
    return { authorization: `Bearer ${json.token}` };
  };
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  return { ...fake, adminToken, logged, origin, base, call, clientWith, until, stop };
};
export type RestServer = Awaited<ReturnType<typeof restServer>>;

const lastJson = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '');
