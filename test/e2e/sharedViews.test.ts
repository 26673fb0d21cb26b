import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPostgresViews } from '../../adapters/views/postgres.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startNodes, type Nodes } from './support/nodes.ts';
import { temporaryData } from './support/serverProcess.ts';

const makeSecrets = fileURLToPath(
  new URL('../../examples/compose/make-secrets.sh', import.meta.url),
);
const data = temporaryData();
const secrets = mkdtempSync(join(tmpdir(), 'secrets-'));
const ca = join(secrets, 'ca.crt');
let postgres: TestPostgres;
let nodes: Nodes;
/** Without the password, which is in a file. */
let address: string;

beforeAll(async () => {
  execFileSync('sh', [makeSecrets, secrets]);
  const tls = { cert: join(secrets, 'views.crt'), key: join(secrets, 'views.key') };
  postgres = await startPostgres({ tls });
  const passwordFile = join(secrets, 'password');
  writeFileSync(passwordFile, `${postgres.password}\n`);
  const url = new URL(postgres.url);
  url.password = '';
  address = url.href;
  nodes = await startNodes(data.path, {
    COUNTERSIGN_VIEWS_URL: `${address}?sslmode=verify-full&sslrootcert=${ca}`,
    COUNTERSIGN_VIEWS_PASSWORD_FILE: passwordFile,
  });
});
afterAll(async () => {
  await nodes.end('SIGTERM');
  await data.remove();
  await postgres.stop();
});

const rebuildOn = async (node: Nodes['first']): Promise<string> => {
  const { http } = node.info;
  const token = readFileSync(layoutOf(data.path).adminToken, 'utf8').trim();
  const response = await fetch(`${http}/api/v1/maintenance/rebuild-views`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  return response.text();
};

describe('two nodes with their views in one PostgreSQL, over TLS', () => {
  test('each shows at once what the other did, and neither has views of its own', async () => {
    const { first, second } = nodes;
    await first.rest.ok('POST', '/users', { username: 'ann@example.org', method: 'oath' });
    await second.rest.ok('POST', '/users', { username: 'bob@example.org', method: 'oath' });
    for (const { rest } of [first, second]) {
      const { items } = await rest.ok<{ items: { username: string }[] }>('GET', '/users');
      expect(items.map(({ username }) => username)).toEqual(['ann@example.org', 'bob@example.org']);
    }
    expect(existsSync(layoutOf(data.path).views)).toBe(false);
  });

  test('the one who writes makes them anew, equal in every row; the other says who does', async () => {
    const report = JSON.parse((await rebuildOn(nodes.first)).trim().split('\n').at(-1)!) as {
      report: { tables: { equal: boolean }[] };
    };
    expect(report.report.tables.every(({ equal }) => equal)).toBe(true);
    expect(await rebuildOn(nodes.second)).toContain('another process writes these views');
  });

  test('SEC-86 a server that another authority vouches for is not spoken to', async () => {
    const { password } = postgres;
    const url = `${address}?sslmode=verify-full`;
    await expect(openPostgresViews({ url, password, schema: 'views' })).rejects.toThrow(
      /certificate/,
    );
    const weak = `${address}?sslmode=require`;
    await expect(openPostgresViews({ url: weak, password, schema: 'views' })).rejects.toThrow(
      'verify-full or disable',
    );
  });
});
