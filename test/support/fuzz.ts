/** Numbers from 0 up to 1 that depend on the seed alone (mulberry32). */
export type Random = () => number;

export const randomOf = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A whole number below `limit`. */
export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

export const pick = <T>(random: Random, values: readonly T[]): T => {
  const value = values[below(random, values.length)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
};

/** Longest that a mutated input may get. */
const maxMutatedBytes = 262_144;

type Mutation = (input: Buffer, random: Random, tokens: readonly string[]) => Buffer;

const cut = (input: Buffer, random: Random): [Buffer, Buffer, Buffer] => {
  const from = below(random, input.length + 1);
  const to = Math.min(input.length, from + 1 + below(random, 64));
  return [input.subarray(0, from), input.subarray(from, to), input.subarray(to)];
};

const mutations: readonly Mutation[] = [
  (input, random) => {
    const copy = Buffer.from(input);
    if (copy.length > 0) copy[below(random, copy.length)] = below(random, 256);
    return copy;
  },
  (input, random) => {
    const [start, , end] = cut(input, random);
    return Buffer.concat([start, end]);
  },
  (input, random) => {
    const [start, middle, end] = cut(input, random);
    const copies = Array.from({ length: 1 + below(random, 40) }, () => middle);
    return Buffer.concat([start, ...copies, end]);
  },
  (input, random, tokens) => {
    const [start, middle, end] = cut(input, random);
    return Buffer.concat([start, Buffer.from(pick(random, tokens)), middle, end]);
  },
  (input, random) => input.subarray(0, below(random, input.length + 1)),
  (input, random) => {
    const [start, middle, end] = cut(input, random);
    return Buffer.concat([middle, start, end]);
  },
];

/** Changes an input in one to four places: bytes flipped, cut, repeated, moved, tokens of the format put in. */
export const mutate = (input: Buffer, random: Random, tokens: readonly string[] = ['']): Buffer => {
  let output = input;
  for (let step = below(random, 4); step >= 0; step -= 1) {
    output = pick(random, mutations)(output, random, tokens).subarray(0, maxMutatedBytes);
  }
  return output;
};
