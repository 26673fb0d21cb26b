/**
 * One budget of guesses a user, over all doors, nodes and methods (SEC-31, NIST SP 800-63B-4 section 3.2.2).
 * It is folded from the user's own stream, so neither a new challenge nor a crash resets it.
 */
export type GuessBudget = {
  /** Wrong codes since the last success. */
  readonly failures: number;
  /** Instants (ms) of the newest evaluations, oldest first. */
  readonly evaluatedAtMs: readonly number[];
};

export const fullBudget: GuessBudget = { failures: 0, evaluatedAtMs: [] };

export const maxConsecutiveFailures = 100;
const windowMs = 5 * 60_000;
const delayFrom = 5;
/** Wrong codes in a row of which the person is told. */
export const toldFromFailures = 5;
const maxDelayMs = 5 * 60_000;
/** No more instants are kept than the largest allowed limit needs. */
const keptEvaluations = 10;

/** Waiting time before the next guess counts; doubles with each failure from the fifth on. */
export const guessDelayMs = (failures: number): number =>
  failures < delayFrom ? 0 : Math.min(1000 * 2 ** (failures - delayFrom), maxDelayMs);

/** Whether a code may be evaluated now; `limit` is the number of evaluations in five minutes. */
export const mayGuess = (budget: GuessBudget, nowMs: number, limit: number): boolean => {
  if (budget.failures >= maxConsecutiveFailures) return false;
  const recent = budget.evaluatedAtMs.filter((at) => at > nowMs - windowMs);
  if (recent.length >= limit) return false;
  const last = budget.evaluatedAtMs.at(-1);
  const delayMs = guessDelayMs(budget.failures);
  // Without a delay to keep, a clock that was set back holds nobody up.
  return last === undefined || delayMs === 0 || nowMs - last >= delayMs;
};

/** A code that was right but used before shows no guessing: it costs an evaluation, not a failure. */
export const afterGuess = (
  budget: GuessBudget,
  guess: { readonly result: 'right' | 'wrong' | 'reused'; readonly atMs: number },
): GuessBudget => ({
  failures: guess.result === 'right' ? 0 : budget.failures + (guess.result === 'wrong' ? 1 : 0),
  evaluatedAtMs: [...budget.evaluatedAtMs, guess.atMs].slice(-keptEvaluations),
});
