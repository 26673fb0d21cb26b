/** Requests of one client that are worked on at one time (SEC-14). */
export const maxOpen = 500;

/** A bucket a client, filled as fast as the client may ask; one second's worth at most. */
export const createRateLimits = (
  nowMs: () => number,
): { take(clientId: string, perSecond: number): boolean } => {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(clientId, perSecond) {
      const now = nowMs();
      const bucket = buckets.get(clientId) ?? { left: perSecond, at: now };
      const left = Math.min(perSecond, bucket.left + ((now - bucket.at) / 1_000) * perSecond);
      const taken = left >= 1;
      buckets.set(clientId, { left: taken ? left - 1 : left, at: now });
      return taken;
    },
  };
};
