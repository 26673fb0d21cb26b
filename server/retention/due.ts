import type { Views } from '../../adapters/views/port.ts';
import { familyOf, type RetentionFamily } from '../../domain/retention.ts';
import { isHeld } from '../../projections/expiry.ts';

/** Lines read at a time: what one event lets expire, and one transaction of the views removes. */
export const pageRows = 1_000;

type Reading = Pick<Views, 'reader'>;

export type Due = { readonly from: number; readonly upTo: number; readonly events: number };
type Wanted = {
  readonly family: RetentionFamily;
  readonly before: string;
  /** The newest position that may be among it. */
  readonly upTo: number;
  readonly hold: readonly string[];
};

/**
 * What of a family has expired, page by page from the beginning: lines that are gone cost nothing, and those of people
 * whose hold has ended are found again.
 */
export async function* dueOf(
  { reader }: Reading,
  { family, before, upTo, hold }: Wanted,
): AsyncGenerator<Due> {
  for (let cursor = 0; ;) {
    const page = await reader
      .selectFrom('audit')
      .select(['position', 'stream', 'type', 'userId', 'at'])
      .where('position', '>', cursor)
      .where('position', '<=', upTo)
      .orderBy('position')
      .limit(pageRows)
      .execute();
    const last = page.at(-1);
    if (!last) return;
    cursor = last.position;
    const due = page.filter(
      (row) => familyOf(row) === family && row.at < before && !isHeld(hold, [row.userId]),
    );
    const [first] = due;
    if (first) yield { from: first.position, upTo: cursor, events: due.length };
  }
}

/** People on hold, as the log says it now; what it says never expires. */
export const peopleOnHold = async ({ reader }: Reading): Promise<readonly string[]> => {
  const turns = await reader
    .selectFrom('audit')
    .select(['userId', 'type'])
    .where('type', 'in', ['LegalHoldSet', 'LegalHoldEnded'])
    .orderBy('position')
    .execute();
  const held = new Set<string>();
  for (const { userId, type } of turns)
    if (userId !== null && type === 'LegalHoldSet') held.add(userId);
    else if (userId !== null) held.delete(userId);
  return [...held];
};

/** People who were removed before an instant and are not erased yet, the first of them. */
export const removedBefore = async (
  { reader }: Reading,
  { before, hold, limit }: { before: string; hold: readonly string[]; limit: number },
): Promise<readonly string[]> => {
  const rows = await reader
    .selectFrom('removedUsers')
    .select('userId')
    .where('removedAt', '<', before)
    .where('usernameKey', '!=', '')
    .orderBy('removedAt')
    .limit(limit + hold.length)
    .execute();
  return rows
    .map(({ userId }) => userId)
    .filter((userId) => !hold.includes(userId))
    .slice(0, limit);
};

/** Whether the clock was found wrong a short time ago: by a wrong clock everything is old. */
export const clockDoubted = async ({ reader }: Reading, since: string): Promise<boolean> =>
  (await reader
    .selectFrom('audit')
    .select('position')
    .where('type', '=', 'ClockSkewDetected')
    .where('at', '>=', since)
    .limit(1)
    .executeTakeFirst()) !== undefined;
