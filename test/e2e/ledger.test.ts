import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { isLong } from '../support/profile.ts';
import { runVerify } from '../../cli/verify/run.ts';
import { factsOnDisk } from './support/factLog.ts';
import { addOathUser } from './support/people.ts';
import { countersign } from './support/phone.ts';
import { serve, temporaryData, type ServerProcess } from './support/serverProcess.ts';
import { until } from './support/until.ts';

/* A server whose log somebody changes between two starts. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const data = temporaryData();
const layout = layoutOf(data.path);
let server: ServerProcess;
let key: string;

type Row = { readonly type: string; readonly summary: string };
const facts = async (type: string): Promise<readonly Row[]> =>
  (await server.rest.ok<{ items: readonly Row[] }>('GET', `/audit?type=${type}`)).items;
const command = (...words: readonly string[]): string =>
  execFileSync(process.execPath, [join(root, 'cli', 'countersign.ts'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, COUNTERSIGN_DATA: data.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

beforeAll(async () => {
  server = await serve({ data: data.path });
}, 90_000);
afterAll(async () => {
  await data.remove();
});

test('SEC-70, SEC-79: a running server signs, proves and hands over; the program alone verifies it', async () => {
  await server.rest.ok('POST', '/users', { username: 'ann@example.org' });
  // Nobody ordered this one: it comes within seconds of the administrator's change.
  await until(
    'the checkpoint of the change',
    async () => (await facts('LedgerCheckpointSigned')).length > 0,
  );
  const [changed] = factsOnDisk(data.path, 'UserAdded');
  const [first] = factsOnDisk(data.path, 'LedgerCheckpointSigned');
  // A machine that is busy with others signs later; what the row promises is measured where there is none.
  const withinMs = isLong ? 5_000 : 20_000;
  expect(first!.atMs - changed!.atMs).toBeLessThanOrEqual(withinMs);
  expect(readFileSync(join(layout.anchors, 'checkpoints.txt'), 'utf8')).toContain(
    String(first!.data['note']),
  );
  command('audit', 'checkpoint');
  key = command('audit', 'key').trim();
  expect(readdirSync(layout.store)).not.toContain('ledger.key');
  const evidence = join(data.path, '..', 'evidence');
  command('audit', 'evidence', evidence);
  const alone = join(data.path, '..', 'alone');
  mkdirSync(alone);
  for (const folder of ['cli', 'domain', 'adapters'])
    cpSync(join(root, folder), join(alone, folder), { recursive: true });
  const program = spawnSync(
    process.execPath,
    ['cli/verify/main.ts', evidence, '--key', key, '--json'],
    { cwd: alone, encoding: 'utf8' },
  );
  expect([program.status, JSON.parse(program.stdout)]).toMatchObject([
    0,
    { ok: true, keyFromSource: false },
  ]);
}, 90_000);

test('SEC-71 a server that runs takes another master key, and so does its next start; open work goes on', async () => {
  const { rest } = server;
  const person = await addOathUser(rest, 'otp@example.org');
  await rest.ok('POST', '/blocks', { username: 'ann@example.org', reason: 'lost phone' });
  const over = new AbortController();
  const using = (async () => {
    for (let number = 0; !over.signal.aborted; number += 1) {
      await rest.ok('POST', '/users', { username: `new-${number}@example.org` });
      await rest.ok('GET', `/users/new-${number}@example.org`);
    }
  })();
  const words = ['keys', 'rotate', '--json', '--data', data.path];
  const rotated = JSON.parse(await countersign(words)) as { generation: number };
  over.abort();
  await using;
  expect(rotated.generation).toBe(2);
  const [fact] = await facts('SystemMasterKeyRotated');
  expect(fact?.summary).toContain('number 2');
  const logIn = async () =>
    await rest.ok('POST', '/authentications', {
      user: person.username,
      application: 'VPN',
      code: person.rightCode(),
    });
  expect(await logIn()).toMatchObject({ state: 'approved' });
  await server.kill('SIGTERM');
  server = await serve({ data: data.path });
  await server.rest.ok('POST', '/blocks/ann@example.org/unblock', { reason: 'found' });
  expect(await server.rest.ok('GET', '/users?text=ann@')).toMatchObject({
    items: [{ username: 'ann@example.org' }],
  });
  expect(await facts('UnsealedPayloadRefused')).toEqual([]);
}, 90_000);

test('H85-1: a log that was edited is told of at the next start, by a fact and by mail, and the server goes on', async () => {
  expect(await server.kill('SIGTERM')).toBe(0);
  const intact = runVerify({ path: data.path, keys: [key], anchors: [], quiet: true });
  // At the end all was signed but the fact of that.
  expect(intact.result).toMatchObject({
    ok: true,
    signedSize: Number(intact.result['events']) - 1,
  });

  const log = new DatabaseSync(layout.events);
  log.exec('DROP TRIGGER events_refuse_update');
  log.exec(`UPDATE events SET meta = replace(meta, 'local', 'nobody') WHERE type = 'UserAdded'`);
  const [added] = log.prepare(`SELECT position FROM events WHERE type = 'UserAdded'`).all();
  const position = Number(added?.['position']);
  log.close();
  expect(
    runVerify({ path: data.path, keys: [key], anchors: [], quiet: true }).result['fault'],
  ).toMatchObject({
    kind: 'altered',
    position,
  });

  server = await serve({ data: data.path });
  await until('the fact', async () => (await facts('LedgerChainBroken')).length === 1);
  const [broken] = await facts('LedgerChainBroken');
  expect(broken?.summary).toContain(`altered at position ${position}`);
  // Nobody is in the list of those who are told, which is on record too.
  const [skipped] = await until('the mail', async () => {
    const mails = await facts('MailSkipped');
    return mails.length > 0 && mails;
  });
  expect(skipped?.summary).toContain('ledgerBroken');
  await server.rest.ok('POST', '/users', { username: 'otto@example.org' });
  expect(await server.kill('SIGTERM')).toBe(0);
}, 120_000);
