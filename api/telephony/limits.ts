export const telephonyFrontLimits = {
  bodyBytes: 65_536,
  /** Providers send a few callbacks a call; more than this at a time is no load of ours. */
  requestsAtATime: 256,
  /** Questions in one call; whoever has not managed by then will not. */
  steps: 40,
  /** Age, and advance, of a gateway's timestamp. */
  timestampSeconds: 300,
  /** A text that answers us is short. */
  textLength: 1_600,
};
