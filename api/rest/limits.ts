/** Limits of the REST interface; each may be set for one process. */
export const restLimits = {
  /** Calls a second of one token (spec/65). */
  callsPerSecond: 100,
  /** Calls a second of one address with a wrong token that still hear 401 instead of 429. */
  failuresPerSecond: 5,
  /** Short-lived tokens that one client is given a second. */
  tokensPerSecond: 5,
  bodyBytes: 1024 * 1024,
  /** Calls of one token that may run, and so wait, at the same time (SEC-65). */
  runningCalls: 500,
  /** Event streams that are open at the same time, and those of one token. */
  openStreams: 200,
  openStreamsOfToken: 20,
  /** How long a reader of a stream may take for what it was sent. */
  slowReaderMs: 10_000,
};
export type RestLimits = typeof restLimits;
