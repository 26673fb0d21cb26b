import type { SpareCodeQueries } from '../facade/spareCodes.ts';
import { canonicalName } from '../../domain/username.ts';
import type { QueryContext } from './context.ts';

export const spareCodeQueries = ({ reader, nowMs }: QueryContext): SpareCodeQueries => ({
  async spareCodes(username) {
    const user = await reader
      .selectFrom('users')
      .select('userId')
      .where('name', '=', canonicalName(username))
      .executeTakeFirst();
    if (!user) return undefined;
    const row = await reader
      .selectFrom('spareCodes')
      .selectAll()
      .where('userId', '=', user.userId)
      .executeTakeFirst();
    if (!row) return { recoveryCodesLeft: 0, questions: [] };
    const { passUntil, passOnce } = row;
    const isOpen = passUntil !== null && Date.parse(passUntil) > nowMs();
    return {
      recoveryCodesLeft: row.recoveryLeft,
      ...(isOpen ? { pass: { until: passUntil, once: passOnce === 1 } } : {}),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
      questions: JSON.parse(row.questions) as readonly string[],
    };
  },
});
