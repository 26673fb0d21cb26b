import { afterAll, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { signLog } from '../../bench/auditVerify.ts';
import { writeLongLog } from '../../bench/support/longLog.ts';
import { runVerify } from '../../cli/verify/run.ts';
import { count } from '../support/profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-million-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const events = count(1_000_000);
const withinMs = 60_000;

test(`SEC-80 a log of ${events} events is verified within 60 s without a server, and one bit of it that differs is found`, async () => {
  const store = join(folder, 'store');
  mkdirSync(store);
  await writeLongLog(join(store, 'events.db'), events);
  const key = signLog(store, join(folder, 'keys', 'ledger.key'));
  const order = { path: folder, keys: [key], anchors: [], quiet: true };
  const from = performance.now();
  const whole = runVerify(order);
  const ms = performance.now() - from;
  process.stderr.write(`SEC-80: ${events} events verified in ${Math.round(ms)} ms\n`);
  expect(whole).toMatchObject({ code: 0, result: { ok: true, events } });
  expect(ms).toBeLessThanOrEqual(withinMs);

  const position = Math.floor(events / 3);
  const db = new DatabaseSync(join(store, 'events.db'));
  db.exec('DROP TRIGGER events_refuse_update');
  db.prepare(`UPDATE events SET data = replace(data, 'radius', 'qadius') WHERE position = ?`).run(
    position,
  );
  db.close();
  expect(runVerify(order)).toMatchObject({
    code: 1,
    result: { fault: { kind: 'altered', position } },
  });
}, 600_000);
