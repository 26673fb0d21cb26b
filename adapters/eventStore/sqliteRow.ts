import type { SQLOutputValue } from 'node:sqlite';
import type { EventRow } from './catalogue.ts';
import { numberOf, textOf } from './sqliteFile.ts';

export const eventColumns =
  'position, id, stream, revision, type, version, data, meta, recorded_at AS recordedAt';

/** @throws {TypeError} where a column holds something else than its type says */
export const toEventRow = (row: Readonly<Record<string, SQLOutputValue>>): EventRow => ({
  position: numberOf(row['position']),
  id: textOf(row['id']),
  stream: textOf(row['stream']),
  revision: numberOf(row['revision']),
  type: textOf(row['type']),
  version: numberOf(row['version']),
  data: textOf(row['data']),
  meta: textOf(row['meta']),
  recordedAt: textOf(row['recordedAt']),
});
