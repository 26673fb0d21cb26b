/** One round: both sides measured one after the other, in the measure's unit. */
export type Round = { readonly ours: number; readonly bare: number };

/** The middle value; of an even number, the mean of the two in the middle. NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
};

/** The value that a share of all values does not exceed (nearest rank); `share` from 0 to 1. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
};

/** How ours compares with the bare reference, round by round: neighbours weigh on both halves of one round. */
export const ratios = (rounds: readonly Round[]): readonly number[] =>
  rounds.map(({ ours, bare }) => ours / bare);

/** Three significant digits, which is more than a shared machine deserves. */
export const rounded = (value: number): number =>
  Number.isFinite(value) ? Number(value.toPrecision(3)) : value;
