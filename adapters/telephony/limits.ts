/** REL-22: what one provider may take of a person's time, and when it is left out. */
export const telephonyLimits = {
  /** With the questions below 10 s a provider, then it is the next one's turn. */
  sendTimeoutMs: 6_000,
  askTimeoutMs: 1_500,
  /** A provider may list a contact a little after it took it: "no" counts when it is said twice, this far apart. */
  settleMs: 1_000,
  /** Longest answer that is read. */
  maxAnswerBytes: 262_144,
  /** Failures in a row that open a breaker. */
  breakerFailures: 5,
  /** As many within this time open it too, where they are at least half of all tries. */
  breakerWindowMs: 60_000,
  breakerOpenMs: 30_000,
};
export type TelephonyLimits = typeof telephonyLimits;
