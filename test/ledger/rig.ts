import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore, StoredEvent } from '../../adapters/eventStore/port.ts';
import { openSqliteEventStore } from '../../adapters/eventStore/sqlite.ts';
import { openSqliteRecords } from '../../adapters/eventStore/sqliteRecords.ts';
import type { Caller } from '../../api/facade.ts';
import { readCheckpoint, splitNotes } from '../../domain/ledger/checkpoint.ts';
import type { Fault } from '../../domain/ledger/fault.ts';
import { createLogger } from '../../runtime/logger.ts';
import { startLedger, type LedgerRole } from '../../server/ledger.ts';
import { until } from '../e2e/support/until.ts';

/* The ledger role over a real event store; time is a number that the test moves. */

export const root = mkdtempSync(join(tmpdir(), 'countersign-role-'));
export const administrator: Caller = {
  actor: { kind: 'administrator', id: 'ann' },
  channel: 'rest',
};
export const minuteMs = 60_000;
export const running: { stop(): Promise<void> }[] = [];
let folders = 0;
export const newFolder = (): string => {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(join(folder, 'store'), { recursive: true });
  return folder;
};

export type Rig = {
  readonly folder: string;
  readonly events: EventStore;
  readonly role: LedgerRole;
  readonly broken: Fault[];
  pass(ms: number): void;
  /** True where the log of the program has these words. */
  said(words: string): boolean;
  /** Facts of the ledger, by type where one is given. */
  facts(type?: StoredEvent['type']): Promise<readonly StoredEvent[]>;
};

export const start = async (
  folder = newFolder(),
  more: { timestampUrl?: string; allow?: readonly string[] } = {},
): Promise<Rig> => {
  const file = join(folder, 'store', 'events.db');
  const events = await openSqliteEventStore({ file });
  const records = openSqliteRecords(file);
  const broken: Fault[] = [];
  let lines = '';
  const log = createLogger({ level: 'info', pretty: false, write: (line) => void (lines += line) });
  let now = Date.UTC(2026, 10, 22);
  const role = startLedger({
    events,
    records,
    file: join(folder, 'store', 'ledger.db'),
    lock: join(folder, 'store', 'ledger.lock'),
    keyFile: join(folder, 'keys', 'ledger.key'),
    anchors: join(folder, 'anchors'),
    allow: [],
    log,
    onBroken: async (fault) => void broken.push(fault),
    nowMs: () => now,
    ...more,
  });
  let stopped = false;
  running.push({
    async stop() {
      if (stopped) return;
      stopped = true;
      await role.stop();
      records.close();
      await events.close();
    },
  });
  return {
    folder,
    events,
    role,
    broken,
    pass: (ms) => {
      now += ms;
    },
    said: (words) => lines.includes(words),
    facts: async (type) =>
      (await events.readStream('ledger')).filter(
        (event) => type === undefined || event.type === type,
      ),
  };
};
/** Ends all that this file has started. */
export const stopAll = async (): Promise<void> => {
  for (const part of running.splice(0).toReversed()) await part.stop();
};

export const append = async (
  events: EventStore,
  many: number,
  by: 'system' | 'administrator' = 'system',
) => {
  const stream = `user-${randomUUID()}`;
  const meta = { at: '2026-11-22T00:00:00.000Z', actor: { kind: by, id: 'x' } };
  const facts = Array.from({ length: many }, () => ({
    id: randomUUID(),
    type: 'UserEnabled' as const,
    data: {},
    meta,
  }));
  await events.commit([{ stream, expectedRevision: -1, events: facts }]);
};
export const anchorsOf = (folder: string): readonly string[] => {
  const path = join(folder, 'anchors', 'checkpoints.txt');
  return existsSync(path) ? splitNotes(readFileSync(path, 'utf8')) : [];
};
export const sizesOf = (folder: string): readonly number[] =>
  anchorsOf(folder).map((note) => readCheckpoint(note)!.size);
export const keeping = (rig: Rig) =>
  until('the ledger to be kept', async () => (await rig.facts('LedgerKeyAdded')).length > 0);
export const anchored = (rig: Rig, checkpoints: number) =>
  until(`${checkpoints} checkpoints`, () => sizesOf(rig.folder).length >= checkpoints);
export const keyOf = async (rig: Rig): Promise<string> => {
  const [added] = await rig.facts('LedgerKeyAdded');
  return (added as StoredEvent<'LedgerKeyAdded'>).data.verifier;
};
