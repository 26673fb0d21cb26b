import { afterAll, afterEach, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runVerify } from '../../cli/verify/run.ts';
import { append, newFolder, root, start, stopAll } from '../ledger/rig.ts';
import { chance } from '../e2e/support/chance.ts';
import { count, seed } from '../support/profile.ts';
import { listBackups } from '../../cli/backup/orders.ts';
import {
  backUp,
  keysFor,
  killedAfter,
  killedWhen,
  madeData,
  program,
  restore,
  told,
} from './backups.ts';
import { runProgram } from './terminal.ts';

/* Backups that are killed, and that have no room. */

afterEach(stopAll);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const rounds = count(50);
const unfinished = (to: string): readonly string[] =>
  existsSync(to) ? readdirSync(to).filter((name) => name.endsWith('.partial')) : [];
const digestOf = (data: string): string => {
  const db = new DatabaseSync(join(data, 'store', 'events.db'), { readOnly: true });
  const digest = createHash('sha256');
  for (const row of db
    .prepare("SELECT * FROM events WHERE type <> 'SystemBackupMade' ORDER BY position")
    .iterate())
    digest.update(JSON.stringify(Object.values(row).slice(1)));
  db.close();
  return digest.digest('hex');
};

test(
  `H95-5 a backup that is killed ${rounds} times leaves the data as it was, is told from a whole one, and the next one succeeds`,
  async () => {
    const luck = chance(seed);
    const made = await madeData(2);
    const rig = await start(made.data);
    for (let many = 0; many < 10; many += 1) await append(rig.events, 1_000);
    await stopAll();
    const before = digestOf(made.data);
    const to = `${made.data}-backups`;
    const from = performance.now();
    await told('backup', '--to', to, '--data', made.data);
    const wholeMs = performance.now() - from;
    for (let round = 0; round < rounds; round += 1) {
      const ms = Math.round(wholeMs * (0.3 + luck.below(60) / 100));
      const ended = await killedAfter(ms, 'backup', '--to', to, '--data', made.data);
      const rows = listBackups(to);
      expect([ended, rows.filter(({ isWhole }) => !isWhole)]).toEqual([
        ended,
        unfinished(to).map((name) => expect.objectContaining({ name })),
      ]);
    }
    expect(digestOf(made.data)).toBe(before);
    const { path } = await backUp(made, to);
    expect(unfinished(to)).toEqual([]);
    const data = join(newFolder(), 'again');
    keysFor(data, made);
    await restore(path, data);
    const found = runVerify({ path: data, keys: [made.publicKey], anchors: [], quiet: true });
    expect(found).toMatchObject({ code: 3, result: { ok: true } });
  },
  120_000 + rounds * 20_000,
);

test('a restore that is killed leaves a whole data folder or none, and the next one succeeds', async () => {
  const made = await madeData(2);
  const rig = await start(made.data);
  for (let many = 0; many < 10; many += 1) await append(rig.events, 1_000);
  await stopAll();
  const to = `${made.data}-backups`;
  await backUp(made, to);
  const data = join(newFolder(), 'again');
  keysFor(data, made);
  const line = ['restore', '--from', to, '--data', data, '--until', '9000'] as const;
  const running = killedWhen(() => existsSync(`${data}.countersign-restoring`), ...line);
  await running;
  // On a busy machine the end may come before the kill.
  expect(existsSync(data)).toBe(!existsSync(`${data}.countersign-restoring`));
  if (!existsSync(data)) await restore(to, data, { until: '9000' });
  expect(existsSync(`${data}.countersign-restoring`)).toBe(false);
  const found = runVerify({ path: data, keys: [made.publicKey], anchors: [], quiet: true });
  expect(found).toMatchObject({ code: 3, result: { ok: true } });
});

test('REL-17 a backup without room fails, leaves nothing half done, and the next one succeeds', async () => {
  const made = await madeData(2);
  const rig = await start(made.data);
  for (let many = 0; many < 3; many += 1) await append(rig.events, 1_000);
  await stopAll();
  const to = `${made.data}-backups`;
  const size = readFileSync(join(made.data, 'store', 'events.db')).length;
  const line = [process.execPath, program, 'backup', '--to', to, '--data', made.data];
  const full = await runProgram('prlimit', [`--fsize=${Math.floor(size / 2)}`, ...line]);
  expect([full.code, full.err.length > 0]).toEqual([1, true]);
  expect(readdirSync(to).filter((name) => name.startsWith('countersign-'))).toEqual([]);
  await backUp(made, to);
});
