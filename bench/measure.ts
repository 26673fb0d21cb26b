import { median, ratios, rounded, type Round } from './statistics.ts';

export type MeasureOptions = {
  readonly rounds: number;
  /** Length of one side's window in seconds, for measures that count within one. */
  readonly seconds: number;
  readonly seed: number;
  /** How many requests wait at once, for measures of waiting. */
  readonly waiting: number;
  /** How many events the log holds, for measures over a long one. */
  readonly events: number;
  /** Tells a person how far it is. */
  readonly say: (text: string) => void;
};

/** A bound on one figure of an outcome; `least` where more is better, `most` where less is. */
export type Target = { readonly of: 'ratio' | 'ours' } & (
  | { readonly least: number }
  | { readonly most: number }
);

/** What a measure found. `ours` and `bare` of a round are in `unit`. */
export type Findings = {
  readonly measure: string;
  readonly unit: string;
  readonly rounds: readonly Round[];
  readonly target: Target;
  /** Further figures for a reader, in units that their names tell. */
  readonly details?: Readonly<Record<string, number>>;
};

export type Outcome = Findings & {
  readonly ours: number;
  readonly bare: number;
  readonly ratio: number;
  readonly ratios: readonly number[];
  readonly ok: boolean;
};

export type Measure = (options: MeasureOptions) => Promise<readonly Findings[]>;

const meets = (target: Target, value: number): boolean =>
  'least' in target ? value >= target.least : value <= target.most;

/** Medians over the rounds; the ratio is the median of the rounds' ratios, not the ratio of medians. */
export const outcomeOf = (findings: Findings): Outcome => {
  const { rounds, target } = findings;
  const each = ratios(rounds);
  const ours = median(rounds.map((round) => round.ours));
  const ratio = median(each);
  return {
    ...findings,
    rounds: rounds.map((round) => ({ ours: rounded(round.ours), bare: rounded(round.bare) })),
    ours: rounded(ours),
    bare: rounded(median(rounds.map((round) => round.bare))),
    ratio: rounded(ratio),
    ratios: each.map(rounded),
    ok: meets(target, target.of === 'ratio' ? ratio : ours),
  };
};

/** Runs both sides in turns, never at once. The side that begins changes, so that none always follows the other. */
export const interleave = async (
  count: number,
  sides: { readonly ours: () => Promise<number>; readonly bare: () => Promise<number> },
  onRound: (round: Round, number: number) => void = () => {},
): Promise<readonly Round[]> => {
  const rounds: Round[] = [];
  for (let number = 1; number <= count; number += 1) {
    const first = number % 2 === 1 ? await sides.ours() : await sides.bare();
    const second = number % 2 === 1 ? await sides.bare() : await sides.ours();
    const round = number % 2 === 1 ? { ours: first, bare: second } : { ours: second, bare: first };
    rounds.push(round);
    onRound(round, number);
  }
  return rounds;
};
