import type { ExpressionBuilder } from 'kysely';
import type { ViewsDatabase } from '../../adapters/views/port.ts';
import { canonicalName } from '../../domain/username.ts';
import type { ApiClientQueries, Reach } from '../facade/apiClients.ts';
import type { QueryContext } from './context.ts';

type WithUser = 'requests' | 'blocks' | 'bypasses';

/** Rows about people of the groups that a caller reaches, as a condition over their table. */
export const ofGroups =
  (table: WithUser, groups: readonly string[]) =>
  (eb: ExpressionBuilder<ViewsDatabase, WithUser>) =>
    eb.exists(
      eb
        .selectFrom('users')
        .select('users.userId')
        .whereRef('users.userId', '=', `${table}.userId`)
        .where('users.userGroup', 'in', [...groups]),
    );

/** What is within reach of a limited caller, asked one by one. */
export const reachQueries = ({
  reader,
}: QueryContext): Pick<ApiClientQueries, 'reachesUser' | 'reachesRequest'> => ({
  async reachesUser({ groups }, username) {
    if (groups === undefined) return true;
    const found = await reader
      .selectFrom('users')
      .select('userId')
      .where('name', '=', canonicalName(username))
      .where('userGroup', 'in', [...groups])
      .executeTakeFirst();
    return found !== undefined;
  },
  async reachesRequest({ groups, applications }: Reach, requestId) {
    const row = await reader
      .selectFrom('requests')
      .leftJoin('users', 'users.userId', 'requests.userId')
      .select(['requests.application', 'users.userGroup'])
      .where('requests.requestId', '=', requestId)
      .executeTakeFirst();
    if (!row) return undefined;
    const { application, userGroup } = row;
    return (
      (applications === undefined || applications.includes(application)) &&
      (groups === undefined || (userGroup !== null && groups.includes(userGroup)))
    );
  },
});
