import type { AuditLineRow } from '../../adapters/views/port.ts';
import { fraudReportStream, userStream } from '../../domain/ids.ts';
import { erased } from './open.ts';

/*
 * What people typed about somebody stands in events as it was typed: no key of theirs seals it. Once they are erased,
 * nobody is shown it any more.
 */

/** What is said of these is said without words that somebody typed. */
const plainTypes: ReadonlySet<string> = new Set(['UserErased', 'UserExported', 'UserRemoved']);

/** Fields that hold such words, or a part of a number, in any event of a person. */
const typed: ReadonlySet<string> = new Set([
  'reason',
  'note',
  'description',
  'group',
  'uniqueIdentifier',
  'masked',
  'questions',
]);

type Line = Pick<AuditLineRow, 'userId' | 'stream' | 'type' | 'requestId'>;

/** Whether an event tells of somebody who is erased. `subject` is their name as it is shown now. */
export const tellsOfErased = (
  { userId, stream, type, requestId }: Line,
  subject: string,
): boolean =>
  subject === erased &&
  userId !== null &&
  !plainTypes.has(type) &&
  (stream === userStream(userId) ||
    (requestId !== null && stream === fraudReportStream(requestId)));

/** An event's data for display without what was typed. */
export const withoutTyped = (
  data: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, typed.has(name) ? erased : value]),
  );
