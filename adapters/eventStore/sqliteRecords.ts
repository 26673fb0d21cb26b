import { DatabaseSync } from 'node:sqlite';
import type { LedgerRecord } from '../../domain/ledger/record.ts';
import { numberOf } from './sqliteFile.ts';
import { eventQuery } from './sqliteRow.ts';

const busyTimeoutMs = 5_000;

/** The rows of an event store's file as they are, for the ledger and for whoever verifies it; nothing is ever written. */
export const openSqliteRecords = (file: string) => {
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly: true });
  const after = eventQuery(db, 'WHERE position > ? ORDER BY position LIMIT ?');
  const byId = eventQuery(db, 'WHERE id = ?');
  const head = db.prepare('SELECT coalesce(max(position), 0) AS position FROM events');
  return {
    after: (position: number, limit: number): readonly LedgerRecord[] => after(position, limit),
    byId: (id: string): LedgerRecord | undefined => byId(id)[0],
    head: () => numberOf(head.get()?.['position']),
    close: () => db.close(),
  };
};
