import type { BlockRow } from '../../adapters/views/port.ts';
import type { BlockView, Queries } from '../facade.ts';
import type { QueryContext } from './context.ts';
import { lookUpNames, userIdsNamed } from './names.ts';
import { newestFirst } from './paging.ts';
import { ofGroups } from './reach.ts';

export const blockQueries = (context: QueryContext): Pick<Queries, 'listBlocks'> => ({
  async listBlocks(filter, paging) {
    let query = context.reader.selectFrom('blocks').selectAll();
    if (filter.username !== undefined) {
      const userIds = await userIdsNamed(context, filter.username);
      if (userIds.length === 0) return { rows: [] };
      query = query.where('userId', 'in', userIds);
    }
    const { groups } = filter.reach ?? {};
    if (groups !== undefined) query = query.where(ofGroups('blocks', groups));
    if (filter.open !== undefined) {
      const now = new Date(context.nowMs()).toISOString();
      // A block is over at its end time, whether that is on record yet or not.
      query = filter.open
        ? query.where('endedAt', 'is', null).where('until', '>', now)
        : query.where((eb) => eb.or([eb('endedAt', 'is not', null), eb('until', '<=', now)]));
    }
    return newestFirst(query, paging, (rows) => showBlocks(context, rows));
  },
});

const showBlocks = async (
  context: QueryContext,
  rows: readonly BlockRow[],
): Promise<readonly BlockView[]> => {
  const names = await lookUpNames(context, { users: rows.map(({ userId }) => userId) });
  return rows.map((row) => ({
    blockId: row.blockId,
    userId: row.userId,
    username: names.user(row.userId),
    reason: row.reason,
    flag: row.flag,
    at: row.at,
    until: row.until,
    ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
    ...(row.endReason === null ? {} : { endReason: row.endReason }),
  }));
};
