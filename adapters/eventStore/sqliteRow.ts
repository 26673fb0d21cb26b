import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { EventRow } from './catalogue.ts';
import { numberOf, textOf } from './sqliteFile.ts';

const columns = 'position, id, stream, revision, type, version, data, meta, recorded_at';

/** @throws {TypeError} where a column holds something else than its type says */
const toEventRow = (cells: readonly SQLOutputValue[]): EventRow => ({
  position: numberOf(cells[0]),
  id: textOf(cells[1]),
  stream: textOf(cells[2]),
  revision: numberOf(cells[3]),
  type: textOf(cells[4]),
  version: numberOf(cells[5]),
  data: textOf(cells[6]),
  meta: textOf(cells[7]),
  recordedAt: textOf(cells[8]),
});

/**
 * A query of the events' table.
 * @param rest what follows the table's name, as in `WHERE id = ?`
 * @returns asks it with the values for its marks
 */
export const eventQuery = (db: DatabaseSync, rest: string) => {
  const statement = db.prepare(`SELECT ${columns} FROM events ${rest}`);
  // A log is read whole at times, and lists cost half of what objects do.
  statement.setReturnArrays(true);
  return (...values: readonly SQLInputValue[]): readonly EventRow[] =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types do not know lists
    (statement.all(...values) as unknown as readonly SQLOutputValue[][]).map(toEventRow);
};
