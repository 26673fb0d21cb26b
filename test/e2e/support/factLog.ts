import { DatabaseSync } from 'node:sqlite';
import type { EventType } from '../../../domain/events.ts';
import { layoutOf } from '../../../runtime/dataFolder.ts';

/** A fact as it lies on disk. */
export type Fact = {
  readonly position: number;
  readonly stream: string;
  readonly type: string;
  /** When it happened, milliseconds. */
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
};

/** Facts of the given types, oldest first, read from the log's own file: no view and no server is asked. */
export const factsOnDisk = (data: string, ...types: readonly EventType[]): readonly Fact[] => {
  const log = new DatabaseSync(layoutOf(data).events, { readOnly: true });
  try {
    const wanted = types.map(() => '?').join(', ');
    const rows = log
      .prepare(
        `SELECT position, stream, type, data, meta FROM events WHERE type IN (${wanted}) ORDER BY position`,
      )
      .all(...types);
    return rows.map((row) => ({
      position: Number(row['position']),
      stream: String(row['stream']),
      type: String(row['type']),
      atMs: Date.parse((JSON.parse(String(row['meta'])) as { at: string }).at),
      data: JSON.parse(String(row['data'])) as Record<string, unknown>,
    }));
  } finally {
    log.close();
  }
};
