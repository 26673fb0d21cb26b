/** Small repeatable chance: the same seed makes the same choices in every run. */
export type Chance = {
  /** 0 ≤ x < 1. */
  next(): number;
  /** A whole number, 0 ≤ x < `below`. */
  below(below: number): number;
  of<T>(choices: readonly T[]): T;
};

export const chance = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, of: (choices) => choices[below(choices.length)]! };
};

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Does `work` for each item, `width` at a time. */
export const inParallel = async <T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> => {
  let taken = 0;
  const lane = async (): Promise<void> => {
    for (let index = taken++; index < items.length; index = taken++)
      await work(items[index]!, index);
  };
  await Promise.all(Array.from({ length: width }, lane));
};
