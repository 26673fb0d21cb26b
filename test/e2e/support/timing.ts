import { below, type Random } from '../../support/fuzz.ts';

/** Two kinds of input that must take the same time; each entry is one input, used in turns. */
export type Classes<Input> = { readonly a: readonly Input[]; readonly b: readonly Input[] };

/** Samples above this share of all are noise of the machine: interrupts, collections, neighbours. */
const kept = 0.8;
const warmUp = 2_000;
const tries = 3;

/** Welch's t of two samples. */
export const welch = (a: readonly number[], b: readonly number[]): number => {
  const figures = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, error: spread / (values.length - 1) / values.length };
  };
  const [left, right] = [figures(a), figures(b)];
  return (left.mean - right.mean) / Math.sqrt(left.error + right.error);
};

/**
 * Measures both kinds in random order, so that drifts of the machine meet both alike, and leaves out what is slower
 * than most of all samples together.
 */
const tOf = async <Input>(
  run: (input: Input) => unknown,
  { a, b }: Classes<Input>,
  samples: number,
  random: Random,
): Promise<number> => {
  const taken: { readonly isA: boolean; readonly ns: number }[] = [];
  for (let index = 0; index < samples + warmUp; index += 1) {
    const isA = random() < 0.5;
    const inputs = isA ? a : b;
    const input = inputs[below(random, inputs.length)]!;
    const from = process.hrtime.bigint();
    const result = run(input);
    if (result instanceof Promise) await result;
    const ns = Number(process.hrtime.bigint() - from);
    if (index >= warmUp) taken.push({ isA, ns });
  }
  const limit = taken.map(({ ns }) => ns).toSorted((left, right) => left - right)[
    Math.floor(taken.length * kept)
  ]!;
  const calm = taken.filter(({ ns }) => ns <= limit);
  const of = (wanted: boolean) => calm.filter(({ isA }) => isA === wanted).map(({ ns }) => ns);
  return welch(of(true), of(false));
};

/** The smallest |t| of a few tries: a real difference shows in each of them, noise does not. */
export const leastT = async <Input>(
  run: (input: Input) => unknown,
  classes: Classes<Input>,
  options: { readonly samples: number; readonly random: Random; readonly enough: number },
): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < tries && least >= options.enough; tried += 1)
    least = Math.min(least, Math.abs(await tOf(run, classes, options.samples, options.random)));
  return least;
};
