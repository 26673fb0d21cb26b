import type { People } from '../adapters/people/port.ts';
import type { Views } from '../adapters/views/port.ts';

/** More members than that are not asked for one approval in any case. */
const maxMembers = 1_000;

/** Groups as the list of people has them. */
export const peopleInViews = (reader: Views['reader']): People => ({
  async membersOfGroup(group) {
    const rows = await reader
      .selectFrom('users')
      .select('userId')
      .where('userGroup', '=', group)
      .orderBy('userId')
      .limit(maxMembers)
      .execute();
    return rows.map(({ userId }) => userId);
  },
});
