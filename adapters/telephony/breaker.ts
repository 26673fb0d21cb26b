import type { TelephonyLimits } from './limits.ts';

export type BreakerState = 'closed' | 'open' | 'halfOpen';

/** Keeps a failing provider from costing every person its timeout. */
export type Breaker = {
  /** True where a try may begin; each such try must be followed by `succeeded` or `failed`. */
  readonly admits: () => boolean;
  readonly succeeded: () => void;
  /** @param reason for an operator */
  readonly failed: (reason: string) => void;
};

export type BreakerOptions = {
  /** Milliseconds. */
  readonly clock: () => number;
  readonly limits: TelephonyLimits;
  readonly onChange: (state: BreakerState, reason: string) => void;
};

/** Tries that are remembered for the share of failures; older ones do not count. */
const maxRemembered = 1_000;

/** Closed until it fails too often; then open for a while; then one try at a time decides. */
export const createBreaker = ({ clock, limits, onChange }: BreakerOptions): Breaker => {
  let state: BreakerState = 'closed';
  let openUntil = 0;
  let trying = false;
  let inARow = 0;
  let tries: { readonly at: number; readonly failed: boolean }[] = [];

  const become = (next: BreakerState, reason: string): void => {
    state = next;
    trying = false;
    inARow = 0;
    tries = [];
    onChange(next, reason);
  };
  const open = (reason: string): void => {
    openUntil = clock() + limits.breakerOpenMs;
    become('open', reason);
  };
  const remember = (failed: boolean): void => {
    const from = clock() - limits.breakerWindowMs;
    tries = [...tries.filter(({ at }) => at >= from), { at: clock(), failed }].slice(
      -maxRemembered,
    );
  };
  const failsTooOften = (): boolean => {
    const failures = tries.filter(({ failed }) => failed).length;
    return (
      inARow >= limits.breakerFailures ||
      (failures >= limits.breakerFailures && failures * 2 >= tries.length)
    );
  };

  return {
    admits: () => {
      if (state === 'open' && clock() >= openUntil) become('halfOpen', 'time for a try');
      if (state === 'closed') return true;
      if (state === 'open' || trying) return false;
      trying = true;
      return true;
    },
    succeeded: () => {
      if (state === 'halfOpen') become('closed', 'the try succeeded');
      // A late success of a try from before tells nothing about now.
      if (state !== 'closed') return;
      inARow = 0;
      remember(false);
    },
    failed: (reason) => {
      if (state === 'open') return;
      inARow += 1;
      remember(true);
      if (state === 'halfOpen' || failsTooOften()) open(reason);
    },
  };
};
