import { Rejected } from '../../domain/errors.ts';
import type { Page, Paging } from '../facade.ts';

export const defaultPageRows = 50;
export const maxPageRows = 500;
const maxCursorLength = 2_000;

/** Where the next page begins: the ordering values of the last row shown, so inserts move nothing. */
type Place = readonly (string | number)[];

export const pageLimit = ({ limit = defaultPageRows }: Paging): number =>
  Math.min(Math.max(Math.trunc(limit), 1), maxPageRows);

const encode = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** @throws {Rejected} invalid, for a cursor that no page of this list gave */
export const placeOf = (
  { cursor }: Paging,
  ...types: readonly ('string' | 'number')[]
): Place | undefined => {
  if (cursor === undefined) return undefined;
  const place = cursor.length > maxCursorLength ? undefined : decode(cursor);
  const fits =
    Array.isArray(place) &&
    place.length === types.length &&
    types.every((type, index) => typeof place[index] === type);
  if (!fits) throw new Rejected('invalid', 'the cursor is not one of this list');
  return place as Place;
};

const decode = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined; // Anything that is not JSON is no cursor either.
  }
};

/**
 * Makes a page of rows that were read with one more than the page holds.
 * @param place the ordering values of a row
 */
export const pageOf = async <Row, Shown>(
  rows: readonly Row[],
  paging: Paging,
  place: (row: Row) => Place,
  show: (rows: readonly Row[]) => Promise<readonly Shown[]>,
): Promise<Page<Shown>> => {
  const limit = pageLimit(paging);
  const last = rows[limit - 1];
  const shown = await show(rows.slice(0, limit));
  return rows.length > limit && last
    ? { rows: shown, nextCursor: encode(place(last)) }
    : { rows: shown };
};

/** A query of one table whose rows have their position in the log. */
type Listing<Row> = {
  where(column: 'position', operator: '<', position: number): Listing<Row>;
  orderBy(column: 'position', direction: 'desc'): Listing<Row>;
  limit(rows: number): Listing<Row>;
  execute(): Promise<Row[]>;
};

/** A page of what a query finds, newest first. */
export const newestFirst = async <Row extends { readonly position: number }, Shown>(
  query: Listing<Row>,
  paging: Paging,
  show: (rows: readonly Row[]) => Promise<readonly Shown[]>,
): Promise<Page<Shown>> => {
  const place = placeOf(paging, 'number');
  const rest = place === undefined ? query : query.where('position', '<', Number(place[0]));
  const rows = await rest
    .orderBy('position', 'desc')
    .limit(pageLimit(paging) + 1)
    .execute();
  return await pageOf(rows, paging, ({ position }) => [position], show);
};
