import { afterAll, afterEach, expect, test } from '@jest/globals';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { writeEvidence } from '../../cli/verify/evidence.ts';
import { runVerify } from '../../cli/verify/run.ts';
import { openSource } from '../../cli/verify/source.ts';
import { until } from '../e2e/support/until.ts';
import { administrator, append, keeping, keyOf, newFolder, root, start, stopAll } from './rig.ts';

/* The files of a ledger, changed by somebody who has them. */

afterEach(stopAll);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A data folder with a ledger over 60 events of 12 streams, and its anchors elsewhere. */
const recorded = async () => {
  const rig = await start();
  await keeping(rig);
  for (let stream = 0; stream < 12; stream += 1) {
    await append(rig.events, 5);
    if (stream % 4 === 3) await rig.role.signCheckpoint(administrator);
  }
  const key = await keyOf(rig);
  await stopAll();
  const anchors = join(rig.folder, 'elsewhere.txt');
  copyFileSync(join(rig.folder, 'anchors', 'checkpoints.txt'), anchors);
  return { folder: rig.folder, key, anchors };
};

/** Changes a copy of a log as somebody does who has the file: past the triggers. */
const tampered = (folder: string, sql: string, ledgerSql = ''): string => {
  const copy = newFolder();
  for (const [name, statements] of [
    ['events.db', sql],
    ['ledger.db', ledgerSql],
  ] as const) {
    copyFileSync(join(folder, 'store', name), join(copy, 'store', name));
    const db = new DatabaseSync(join(copy, 'store', name));
    const triggers = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const trigger of triggers) db.exec(`DROP TRIGGER ${String(trigger['name'])}`);
    db.exec(statements);
    db.close();
  }
  return copy;
};
const swap = (a: number, b: number): string =>
  `UPDATE events SET position = -1 WHERE position = ${a}; UPDATE events SET position = ${a} WHERE position = ${b};
   UPDATE events SET position = ${b} WHERE position = -1;`;
const renumber = `UPDATE events SET position = -position;
  UPDATE events SET position = (SELECT count(*) FROM events AS older WHERE older.position >= events.position AND older.position < 0)
  WHERE position < 0`;

test('H85-1, H85-2, SEC-80: edits of a real store by SQL are found and named, and so they are in its evidence package', async () => {
  const { folder, key, anchors } = await recorded();
  const intact = runVerify({ path: folder, keys: [key], anchors: [anchors], quiet: true });
  expect(intact.result).toMatchObject({ ok: true, checkpoints: 3 });
  const evidence = join(folder, 'evidence');
  const source = openSource(folder)!;
  writeEvidence(source, evidence, { at: '2026-11-22T00:00:00.000Z', onProgress: () => undefined });
  source.close();
  expect(
    runVerify({ path: evidence, keys: [key], anchors: [anchors], quiet: true }).result,
  ).toMatchObject({
    ok: true,
    checkpoints: 3,
    events: intact.result['events'],
  });
  const events = join(evidence, 'events.ndjson');
  expect(runVerify({ path: events, keys: [key], anchors: [anchors], quiet: true }).code).toBe(0);

  const faults = {
    'UPDATE events SET data = \'{"a":1}\' WHERE position = 9': ['altered', 9],
    "UPDATE events SET recorded_at = '2020-01-01T00:00:00.000Z' WHERE position = 33": [
      'altered',
      33,
    ],
    'DELETE FROM events WHERE position = 17': ['missing', 17],
    [`DELETE FROM events WHERE position = 18; ${renumber}`]: ['missing', 18],
    [swap(11, 12)]: ['reordered', 11],
    [swap(8, 41)]: ['reordered', 8],
    'DELETE FROM events WHERE stream = (SELECT stream FROM events WHERE position = 14)': [
      'missing',
      12,
    ],
    'DELETE FROM events WHERE position > 50': ['truncated', 51],
  } as const;
  for (const [sql, [kind, position]] of Object.entries(faults)) {
    const copy = tampered(folder, sql);
    const { code, result } = runVerify({
      path: copy,
      keys: [key],
      anchors: [anchors],
      quiet: true,
    });
    expect([sql, code, result['fault']]).toEqual([
      sql,
      1,
      expect.objectContaining({ kind, position }),
    ]);
    const bent = openSource(copy)!;
    const packed = join(copy, 'evidence');
    writeEvidence(bent, packed, { at: '2026-11-22T00:00:00.000Z', onProgress: () => undefined });
    bent.close();
    expect(runVerify({ path: packed, keys: [key], anchors: [anchors], quiet: true }).code).toBe(1);
  }
  // Whoever has the ledger's file as well leaves nothing but the anchors.
  const without = 'DELETE FROM tiles; DELETE FROM checkpoints';
  const cut = tampered(folder, 'DELETE FROM events WHERE position > 50', without);
  const found = runVerify({ path: cut, keys: [key], anchors: [anchors], quiet: true });
  expect([found.code, found.result['fault']]).toEqual([1, expect.objectContaining({ until: 51 })]);
});

test('a start finds a broken log: a fact and a word to somebody, once, and the log goes on', async () => {
  const { folder } = await recorded();
  const edited = tampered(folder, "UPDATE events SET recorded_at = '' WHERE position = 20");
  const cut = tampered(folder, 'DELETE FROM events WHERE position > 40');
  for (const [copy, kind, position] of [
    [edited, 'altered', 20],
    [cut, 'truncated', 41],
  ] as const) {
    for (const starts of [1, 2]) {
      const rig = await start(copy);
      await until('the start to have looked', () => rig.said('the log was verified'));
      await append(rig.events, 1);
      await rig.role.signCheckpoint(administrator);
      const facts = await rig.facts('LedgerChainBroken');
      expect(facts.map(({ data }) => data)).toMatchObject([{ fault: kind, position }]);
      expect(rig.broken).toHaveLength(starts === 1 ? 1 : 0);
      await stopAll();
    }
    const { result } = runVerify({ path: copy, keys: [], anchors: [], quiet: true });
    expect(result).toMatchObject({ ok: false });
  }
});
