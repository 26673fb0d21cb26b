/** Events that a read returns where the caller does not say. */
export const defaultPage = 1_000;
const maxPage = 10_000;

/** @throws {RangeError} for a page that is empty, or larger than one read may be */
export function checkPage(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > maxPage)
    throw new RangeError(`a read returns 1 to ${maxPage} events, not ${limit}`);
  return limit;
}
