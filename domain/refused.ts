/**
 * What a Temporal payload turns into that was not sealed with our key, or was sealed for another workflow (SEC-74).
 * A value and not an exception: an exception would fail the workflow task for ever and so wedge the workflow past
 * its deadline. Workflows check every outside input (start, signal, update) with `isRefused` before any other use.
 */
export const refused = { $refused: 'unsealed' } as const;
export type Refused = typeof refused;

export const isRefused = (value: unknown): value is Refused =>
  typeof value === 'object' && value !== null && '$refused' in value;
