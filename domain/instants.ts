/**
 * Instants are ISO 8601 UTC text in events and milliseconds in arithmetic. Both directions are pure; reading
 * the clock is not, and stays outside of this folder.
 */
// oxlint-disable-next-line no-restricted-globals -- Date.parse of a complete UTC instant reads no clock
export const toMs = (iso: string): number => Date.parse(iso);

// oxlint-disable-next-line no-restricted-globals -- an instant that is given, not the clock's
export const toIso = (ms: number): string => new Date(ms).toISOString();
