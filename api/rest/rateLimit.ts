/** Milliseconds that only go forward. */
export type Clock = () => number;

export type Allowance = {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until one more call fits; 0 where one fits now. */
  readonly retryAfterSeconds: number;
};

type Bucket = { tokens: number; at: number };

/**
 * Token buckets, one a key: `perSecond` calls a second with a burst of as many. At most `maxKeys` are held; the
 * one that was used longest ago goes first, which can only be generous to a caller that was silent.
 */
export const rateLimiter = (options: {
  readonly perSecond: number;
  readonly burst?: number;
  readonly maxKeys: number;
  readonly clock: Clock;
}): ((key: string) => Allowance) => {
  const { perSecond, maxKeys, clock } = options;
  const burst = options.burst ?? perSecond;
  const buckets = new Map<string, Bucket>();
  return (key) => {
    const now = clock();
    const old = buckets.get(key);
    const refilled = old ? old.tokens + (Math.max(0, now - old.at) / 1000) * perSecond : burst;
    const tokens = Math.min(burst, refilled);
    const allowed = tokens >= 1;
    const left = allowed ? tokens - 1 : tokens;
    // Set again at the end: a Map keeps insertion order, so its first key is the stalest.
    buckets.delete(key);
    buckets.set(key, { tokens: left, at: now });
    if (buckets.size > maxKeys) {
      const [stalest] = buckets.keys();
      if (stalest !== undefined) buckets.delete(stalest);
    }
    return {
      allowed,
      limit: burst,
      remaining: Math.floor(left),
      retryAfterSeconds: left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) / perSecond)),
    };
  };
};
