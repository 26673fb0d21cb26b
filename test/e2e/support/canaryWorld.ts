import type { Canaries } from './canaries.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { readAdminToken } from '../../../runtime/adminToken.ts';
import type { ServerProcess } from './serverProcess.ts';

/** An answer as it went over the wire, with headers. */
export type Heard = { readonly door: string; readonly status: number; readonly text: string };

/** What the doors share: what was heard, and the secrets that the server made on the way. */
export type CanaryWorld = {
  readonly server: ServerProcess;
  /** Folder for what a phone remembers. */
  readonly home: string;
  readonly canary: Canaries;
  readonly heard: Heard[];
  readonly made: Record<string, string | Buffer>;
  readonly viaRest: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Record<string, unknown>>;
};

export const canaryWorld = (server: ServerProcess, home: string, canary: Canaries): CanaryWorld => {
  const heard: Heard[] = [];
  const made: Record<string, string | Buffer> = {};
  const { info } = server;
  const adminToken = readAdminToken(layoutOf(info.data).adminToken);
  const viaRest: CanaryWorld['viaRest'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${info.http}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'PATCH' ? { 'if-match': '*' } : {}),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    const head = JSON.stringify([...response.headers]);
    heard.push({ door: `${method} ${path}`, status: response.status, text: head + answer });
    return answer.startsWith('{') ? (JSON.parse(answer) as Record<string, unknown>) : {};
  };
  return { server, home, canary, heard, made, viaRest };
};
