import type { BypassRow } from '../../adapters/views/port.ts';
import type { BypassView, ExemptionQueries } from '../facade/exemptions.ts';
import type { QueryContext } from './context.ts';
import { lookUpNames, userIdsNamed } from './names.ts';
import { newestFirst } from './paging.ts';
import { ofGroups } from './reach.ts';

export const bypassQueries = (context: QueryContext): ExemptionQueries => ({
  async listBypasses(filter, paging) {
    let query = context.reader.selectFrom('bypasses').selectAll();
    if (filter.username !== undefined) {
      const userIds = await userIdsNamed(context, filter.username);
      if (userIds.length === 0) return { rows: [] };
      query = query.where('userId', 'in', userIds);
    }
    const { groups } = filter.reach ?? {};
    if (groups !== undefined) query = query.where(ofGroups('bypasses', groups));
    if (filter.open !== undefined) {
      const now = new Date(context.nowMs()).toISOString();
      query = filter.open
        ? query.where('endedAt', 'is', null).where('until', '>', now)
        : query.where((eb) => eb.or([eb('endedAt', 'is not', null), eb('until', '<=', now)]));
    }
    return newestFirst(query, paging, (rows) => showBypasses(context, rows));
  },
});

const showBypasses = async (
  context: QueryContext,
  rows: readonly BypassRow[],
): Promise<readonly BypassView[]> => {
  const names = await lookUpNames(context, { users: rows.map(({ userId }) => userId) });
  return rows.map((row) => ({
    bypassId: row.bypassId,
    userId: row.userId,
    username: names.user(row.userId),
    reason: row.reason,
    seconds: row.seconds,
    createdAt: row.createdAt,
    until: row.until,
    ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
    ...(row.ended === null ? {} : { ended: row.ended }),
    ...(row.requestId === null ? {} : { requestId: row.requestId }),
  }));
};
