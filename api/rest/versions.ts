import { createHash } from 'node:crypto';
import { Rejected } from '../../domain/errors.ts';
import { Problem } from './problem.ts';

const stale = (): Problem =>
  new Problem(412, 'VERSION_CONFLICT', 'Somebody else has changed it: read it again first.');

/** The ETag of a record that counts its changes. */
export const versionTag = (version: number) => ({ ETag: `"${version}"` });

/** What a change names as the version that it is based on: a version, or `*` for whatever is there. @throws {Problem} 428 */
export const mustName = (ifMatch: string | undefined): string => {
  if (ifMatch !== undefined) return ifMatch;
  throw new Problem(
    428,
    'VERSION_MISSING',
    'Send If-Match with the ETag of what you have read, or * for whatever is there.',
  );
};

/**
 * The counted version that a change is based on; undefined where it takes whatever is there.
 * @throws {Problem} 428 for none, 412 for a tag that no record of ours ever had
 */
export const versionNamed = (ifMatch: string | undefined): number | undefined => {
  const named = mustName(ifMatch);
  if (named === '*') return undefined;
  if (/^\d{1,9}$/.test(named)) return Number(named);
  throw stale();
};

/** Two editors of the same version: one wins, the other is told (spec/65 'Concurrency'). */
export const conflictIsStale = (error: unknown): never => {
  throw error instanceof Rejected && error.kind === 'conflict'
    ? new Problem(412, 'VERSION_CONFLICT', error.message)
    : error;
};

/** A version for values that count nothing: equal values have equal ones. */
export const versionOfValues = (values: Readonly<Record<string, unknown>>): string => {
  const sorted = Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 32);
};

/**
 * What the caller must have seen for its change of such values to count; undefined for whatever is there.
 * @throws {Problem} 428, 412
 */
export const valuesSeen = <T extends Readonly<Record<string, unknown>>>(
  now: T,
  ifMatch: string | undefined,
): T | undefined => {
  const named = mustName(ifMatch);
  if (named === '*') return undefined;
  if (named !== versionOfValues(now)) throw stale();
  return now;
};
