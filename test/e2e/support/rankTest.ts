export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** The complementary error function (Abramowitz and Stegun 7.1.26), good to 1.5e-7. */
const erfc = (x: number): number => {
  const t = 1 / (1 + 0.3275911 * x);
  const factors = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  return factors.reduce((sum, factor) => (sum + factor) * t, 0) * Math.exp(-x * x);
};

/**
 * Two-sided p of Mann and Whitney's rank test, by the normal approximation: how likely samples of one population lie
 * as far apart as these two. Ties share their rank.
 */
export const mannWhitney = (a: readonly number[], b: readonly number[]): number => {
  const all = [
    ...a.map((value) => [value, true] as const),
    ...b.map((value) => [value, false] as const),
  ];
  const sorted = all.toSorted(([one], [other]) => one - other);
  let ranks = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to]![0] === sorted[from]![0]) to += 1;
    const rank = (from + to + 1) / 2;
    for (let index = from; index < to; index += 1) if (sorted[index]![1]) ranks += rank;
    from = to;
  }
  const u = ranks - (a.length * (a.length + 1)) / 2;
  const mean = (a.length * b.length) / 2;
  const spread = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  return erfc(Math.abs(u - mean) / spread / Math.SQRT2);
};
