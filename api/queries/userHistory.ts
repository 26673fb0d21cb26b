import type { UserQueries } from '../facade/users.ts';
import { showAuditLines } from './auditLines.ts';
import type { QueryContext } from './context.ts';
import { userIdsNamed } from './names.ts';
import { pageLimit, pageOf, placeOf } from './paging.ts';

/** Events that tell of logging in; the list of requests shows those. */
const ofAttempts = [
  'UserChallengeOpened',
  'UserChallengeClosed',
  'UserCodeAccepted',
  'UserCodeRefused',
] as const;

type Changes = Awaited<ReturnType<UserQueries['userHistory']>>['rows'][number]['changes'];

/** What was done to a person, by whom, when and from where (spec/20, statement 8). */
export const historyQueries = (context: QueryContext): Pick<UserQueries, 'userHistory'> => {
  const { reader } = context;
  return {
    async userHistory(username, paging) {
      const userIds = await userIdsNamed(context, username);
      if (userIds.length === 0) return { rows: [] };
      let query = reader
        .selectFrom('audit')
        .selectAll()
        .where('userId', 'in', userIds)
        .where('type', 'not in', ofAttempts)
        .where('type', 'not like', 'Authentication%')
        .where('type', 'not like', 'Username%')
        .orderBy('position', 'desc')
        .limit(pageLimit(paging) + 1);
      const place = placeOf(paging, 'number');
      if (place) query = query.where('position', '<', Number(place[0]));
      return pageOf(
        await query.execute(),
        paging,
        (row) => [row.position],
        async (rows) => {
          if (rows.length === 0) return [];
          const changed = await reader
            .selectFrom('userChanges')
            .select(['position', 'changes'])
            .where(
              'position',
              'in',
              rows.map(({ position }) => position),
            )
            .execute();
          const changes = new Map(
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
            changed.map((row) => [row.position, JSON.parse(row.changes) as Changes]),
          );
          const lines = await showAuditLines(context, rows);
          return lines.map(({ subject: _s, requestId: _r, ...line }) => ({
            ...line,
            changes: changes.get(line.position) ?? [],
          }));
        },
      );
    },
  };
};
