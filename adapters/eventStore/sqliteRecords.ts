import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { LedgerRecord } from '../../domain/ledger/record.ts';
import { numberOf, textOf } from './sqliteFile.ts';

const busyTimeoutMs = 5_000;
const columns =
  'position, id, stream, revision, type, version, recorded_at AS recordedAt, meta, data';

/** The rows of an event store's file as they are, for the ledger and for whoever verifies it; nothing is ever written. */
export const openSqliteRecords = (file: string) => {
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly: true });
  const after = db.prepare(
    `SELECT ${columns} FROM events WHERE position > ? ORDER BY position LIMIT ?`,
  );
  const byId = db.prepare(`SELECT ${columns} FROM events WHERE id = ?`);
  const head = db.prepare('SELECT coalesce(max(position), 0) AS position FROM events');
  return {
    after: (position: number, limit: number): readonly LedgerRecord[] =>
      after.all(position, limit).map(recordOf),
    byId(id: string): LedgerRecord | undefined {
      const row = byId.get(id);
      return row && recordOf(row);
    },
    head: () => numberOf(head.get()?.['position']),
    close: () => db.close(),
  };
};

const recordOf = (row: Readonly<Record<string, SQLOutputValue>>): LedgerRecord => ({
  position: numberOf(row['position']),
  id: textOf(row['id']),
  stream: textOf(row['stream']),
  revision: numberOf(row['revision']),
  type: textOf(row['type']),
  version: numberOf(row['version']),
  recordedAt: textOf(row['recordedAt']),
  meta: textOf(row['meta']),
  data: textOf(row['data']),
});
