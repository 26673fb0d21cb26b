import { sql } from 'kysely';
import type { StockRow } from '../../adapters/views/port.ts';
import type { StockTokenView, TokenQueries } from '../facade/tokens.ts';
import type { QueryContext } from './context.ts';
import { lookUpNames } from './names.ts';
import { pageLimit, pageOf, placeOf } from './paging.ts';
import { likeText } from './userFilter.ts';

export const tokenQueries = (context: QueryContext): TokenQueries => ({
  async listTokens(filter, paging) {
    let query = context.reader
      .selectFrom('stock')
      .selectAll()
      .orderBy('serial')
      .orderBy('serialKey')
      .limit(pageLimit(paging) + 1);
    if (filter.text !== undefined && filter.text !== '')
      query = query.where(sql<boolean>`search like ${likeText(filter.text)} escape '\\'`);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    const place = placeOf(paging, 'string', 'string');
    if (place) {
      const [serial, serialKey] = place.map(String);
      query = query.where((eb) =>
        eb.or([
          eb('serial', '>', serial!),
          eb.and([eb('serial', '=', serial!), eb('serialKey', '>', serialKey!)]),
        ]),
      );
    }
    return pageOf(
      await query.execute(),
      paging,
      (row) => [row.serial, row.serialKey],
      (rows) => showStock(context, rows),
    );
  },
});

const showStock = async (
  context: QueryContext,
  rows: readonly StockRow[],
): Promise<readonly StockTokenView[]> => {
  const users = rows.flatMap(({ userId }) => (userId === null ? [] : [userId]));
  const names = await lookUpNames(context, { users });
  return rows.map((row) => ({
    tokenId: row.tokenId,
    serial: row.serial,
    kind: row.kind,
    digits: row.digits,
    periodSeconds: row.periodSeconds,
    manufacturer: row.manufacturer,
    model: row.model,
    weak: row.weak === 1,
    state: row.state,
    ...(row.userId === null ? {} : { username: names.user(row.userId) }),
    importedAt: row.importedAt,
  }));
};
