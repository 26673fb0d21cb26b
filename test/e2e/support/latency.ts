import { isLong } from '../../support/profile.ts';

/** How long each of some calls took, one after the other, milliseconds in order. */
export const latencies = async (
  calls: number,
  call: () => Promise<unknown>,
): Promise<readonly number[]> => {
  const tookMs: number[] = [];
  for (let done = 0; done < calls; done += 1) {
    const from = performance.now();
    await call();
    tookMs.push(performance.now() - from);
  }
  return tookMs.toSorted((one, other) => one - other);
};

/** @param share 0.99 for the p99 */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const mostTries = 5;

/** A machine that others use has no p99; the median says there whether a load is felt at all. */
const share = isLong ? 0.99 : 0.5;
/** What that is called. */
export const measured = share === 0.99 ? 'p99' : 'median';

/**
 * By how much a load makes others' calls slower: the p99 beside it over the p99 without it. A neighbour on the machine
 * disturbs one try, the load disturbs each; so the least of a few counts, and those end once one is good enough.
 */
export const slowdown = async (options: {
  readonly calls: number;
  readonly call: () => Promise<unknown>;
  /** Begins the load; resolves with its end. */
  readonly load: () => Promise<() => Promise<unknown>>;
  readonly enough: number;
}): Promise<{ readonly ratio: number; readonly aloneMs: number; readonly besideMs: number }> => {
  const { calls, call, load, enough } = options;
  const measure = async () => quantile(await latencies(calls, call), share);
  await measure(); // Everything is warm.
  let least = { ratio: Number.POSITIVE_INFINITY, aloneMs: 0, besideMs: 0 };
  for (let tries = 0; tries < mostTries && least.ratio > enough; tries += 1) {
    const aloneMs = await measure();
    const end = await load();
    let besideMs = Number.NaN;
    try {
      besideMs = await measure();
    } finally {
      await end();
    }
    const ratio = besideMs / aloneMs;
    if (ratio < least.ratio) least = { ratio, aloneMs, besideMs };
  }
  return least;
};
