/** What one source, one token and this node may do (contracts/mobile-app.md 2.7, 8.1, 13). */
export type MobileServiceLimits = {
  /** Requests of one address that are being worked on; waiting activations and polls have their own limits. */
  readonly requestsAtATime: number;
  readonly bodyTimeoutMs: number;
  readonly waitingActivationsPerAddress: number;
  readonly waitingActivations: number;
  readonly waitingPollsPerAddress: number;
  readonly waitingPolls: number;
  readonly pollsPerMinutePerToken: number;
  readonly pollsPerMinutePerAddress: number;
  /** Wrong activation codes of one address in five minutes, then nothing for a while that doubles. */
  readonly wrongCodesPerAddress: number;
  readonly firstBlockMs: number;
  readonly longestBlockMs: number;
  /** Wrong codes of everybody in one minute at URLs without a route segment. */
  readonly wrongCodesAtShortUrl: number;
  readonly unknownGuidsPerAddress: number;
  readonly failedTokenChangesPerDevice: number;
  readonly connectionTestsPerMinute: number;
  /** Sources, tokens and devices remembered by each counter; the oldest make room. */
  readonly rememberedKeys: number;
};

const minuteMs = 60_000;

export const mobileServiceLimits: MobileServiceLimits = {
  requestsAtATime: 4,
  bodyTimeoutMs: 10_000,
  waitingActivationsPerAddress: 3,
  waitingActivations: 200,
  waitingPollsPerAddress: 256,
  waitingPolls: 20_000,
  pollsPerMinutePerToken: 60,
  pollsPerMinutePerAddress: 600,
  wrongCodesPerAddress: 5,
  firstBlockMs: 15 * minuteMs,
  longestBlockMs: 24 * 60 * minuteMs,
  wrongCodesAtShortUrl: 60,
  unknownGuidsPerAddress: 30,
  failedTokenChangesPerDevice: 5,
  connectionTestsPerMinute: 10,
  rememberedKeys: 20_000,
};

export const windows = {
  polls: minuteMs,
  connectionTests: minuteMs,
  shortUrl: minuteMs,
  wrongCodes: 5 * minuteMs,
  unknownGuids: 5 * minuteMs,
  tokenChanges: 60 * minuteMs,
} as const;

/** Longest wait of a poll (8.1) and of an activation (14), in seconds. */
export const maxPollSeconds = 25;
export const maxActivationSeconds = 85;
