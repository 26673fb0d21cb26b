import { readFileSync } from 'node:fs';
import type { ImportReply } from '../../../api/rest/imports.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import type { ServerProcess } from './serverProcess.ts';
import { until } from './until.ts';

/** Files of people as a script sends and fetches them. */
export const userFiles = (server: ServerProcess, data: string) => {
  const token = readFileSync(layoutOf(data).adminToken, 'utf8').trim();
  const send = (path: string, init: RequestInit = {}, headers: Record<string, string> = {}) =>
    fetch(`${server.info.http}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
  return {
    /** Begins an import. */
    async begin(csv: string, query = 'dryRun=false'): Promise<string> {
      const init = { method: 'POST', body: csv };
      const answer = await send(`/users/import?${query}`, init, { 'content-type': 'text/csv' });
      const body = (await answer.json()) as { importId?: string };
      if (answer.status !== 202 || body.importId === undefined)
        throw new Error(`import: ${answer.status} ${JSON.stringify(body)}`);
      return body.importId;
    },
    progress: async (importId: string): Promise<ImportReply> =>
      await server.rest.ok<ImportReply>('GET', `/imports/${importId}`),
    finished: async (importId: string): Promise<ImportReply> =>
      await until('the import to end', async () => {
        const now = await server.rest.ok<ImportReply>('GET', `/imports/${importId}?wait=5&since=0`);
        return now.state === 'finished' ? now : undefined;
      }),
    async text(path: string): Promise<string> {
      const answer = await send(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return await answer.text();
    },
  };
};
