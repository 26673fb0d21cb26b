/** Chance from a seed (mulberry32), the same on every machine. */
export type Random = {
  /** 0 … limit - 1. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** 32 upper-case hexadecimal digits. */
  id(): string;
  uuid(): string;
};

export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const random: Random = {
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    pick: (items) => items[random.below(items.length)]!,
    id: () =>
      Array.from({ length: 32 }, () => random.below(16).toString(16).toUpperCase()).join(''),
    uuid: () =>
      random
        .id()
        .toLowerCase()
        .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5'),
  };
  return random;
};
