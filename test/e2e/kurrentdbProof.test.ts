import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { runVerify } from '../../cli/verify/run.ts';
import { startKurrentDouble, type KurrentDouble } from '../support/kurrentDouble/start.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { countersign } from './support/phone.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* A log in (a double of) KurrentDB that somebody changes between two starts; the views are in PostgreSQL. */

jest.setTimeout(180_000);
const program = fileURLToPath(new URL('../../cli/countersign.ts', import.meta.url));
const data = temporaryData();
const home = dirname(data.path);
const file = join(home, 'kurrentdb');
const kept = { file: join(home, 'kept-log'), data: join(home, 'kept-data') };
let views: TestPostgres;
let log: KurrentDouble;
let server: ServerProcess;
let key = '';

const start = async (): Promise<void> => {
  log = await startKurrentDouble({ file });
  const env = { COUNTERSIGN_EVENTS_URL: log.url, COUNTERSIGN_VIEWS_URL: views.url };
  server = await serve({ data: data.path, env });
};
const stop = async (): Promise<void> => {
  await server.kill('SIGTERM');
  await log.kill();
};
type Row = { readonly type: string; readonly summary: string };
const broken = async (): Promise<readonly Row[]> =>
  (await server.rest.ok<{ items: readonly Row[] }>('GET', '/audit?type=LedgerChainBroken')).items;
const told = async (): Promise<string> =>
  (await until('the fact', async () => (await broken())[0])).summary;

/** What an auditor is handed, and what the program says of it that needs no server. */
const evidence = (name: string) => {
  const folder = join(home, name);
  execFileSync(process.execPath, [program, 'audit', 'evidence', folder, '--data', data.path], {
    env: { ...process.env, COUNTERSIGN_EVENTS_URL: log.url },
    stdio: 'pipe',
  });
  return runVerify({ path: folder, keys: key === '' ? [] : [key], anchors: [], quiet: true });
};

beforeAll(async () => {
  views = await startPostgres();
  await start();
  for (const name of ['ann', 'bob', 'cem'])
    await server.rest.ok('POST', '/users', { username: `${name}@example.org` });
  await server.rest.ok('POST', '/audit/checkpoints', {});
  key = (await countersign(['audit', 'key', '--data', data.path])).trim();
  expect(evidence('whole')).toMatchObject({ code: 0, result: { ok: true } });
  await stop();
  cpSync(file, kept.file);
  cpSync(data.path, kept.data, { recursive: true });
});
afterAll(async () => {
  await data.remove();
  await log.kill();
  await views.stop();
});

/** The log and the folder as they were before anybody touched them. */
const restore = (): void => {
  rmSync(data.path, { recursive: true });
  cpSync(kept.data, data.path, { recursive: true });
  cpSync(kept.file, file);
};

test('H85-1 an event that was edited in KurrentDB is told of at the next start, by its position', async () => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const edited = lines.findIndex((line) => line.includes('"UserAdded"'));
  // The place of what follows counts bytes, so the edit keeps the length.
  lines[edited] = lines[edited]!.replace(/"metadata":"([^"]+)"/, (_, metadata: string) => {
    const text = Buffer.from(metadata, 'base64').toString();
    expect(text).toContain('local');
    return `"metadata":"${Buffer.from(text.replace('local', 'nobod')).toString('base64')}"`;
  });
  writeFileSync(file, lines.join('\n'));
  await start();
  expect(await told()).toMatch(/altered at position \d+/);
  expect(evidence('edited')).toMatchObject({ code: 1, result: { fault: { kind: 'altered' } } });
  await server.rest.ok('POST', '/users', { username: 'dan@example.org' });
  await stop();
});

test('H85-2 newest events that were cut off in KurrentDB are told of at the next start', async () => {
  restore();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${lines.slice(0, -3).join('\n')}\n`);
  await start();
  expect(await told()).toMatch(/truncated at position \d+/);
  await stop();
});
