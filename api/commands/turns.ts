import { Unavailable } from '../facade.ts';
import { Overloaded } from '../facade/overloaded.ts';

export type TurnLimits = {
  /** New attempts that are brought on record at one time; answers to open ones never wait behind more (REL-13). */
  readonly atOnce: number;
  /** That may wait for their turn: the blocked calls of one caller at its limit (SEC-65), and some of others. */
  readonly waiting: number;
  /** Where nothing at all came on record for so long, the log or the workflow engine is away (REL-09). */
  readonly stillMs: number;
  /** Longest that one may take while others get there; programs of .NET wait for 100 s. */
  readonly longestMs: number;
  /** How often those who wait are looked through. */
  readonly sweepMs: number;
  /** A look that comes later than this was held up together with everything else here: the rest of it counts for nobody. */
  readonly heldUpMs: number;
};

/** Two cores are busy with 8 at a time; more only wait on one another. */
export const turnLimits: TurnLimits = {
  atOnce: 16,
  waiting: 600,
  stillMs: 4_500,
  longestMs: 75_000,
  sweepMs: 250,
  heldUpMs: 500,
};

export type Turn = {
  /** What this attempt may still take; more again with whatever else comes on record. */
  readonly leftMs: () => number;
  /** Says that an attempt of ours came on record. */
  readonly recorded: () => void;
};

/** When one came: of the clock, and of the time in which this process was not held up. */
type Moment = { readonly at: number; readonly awake: number };

type Waiter = {
  readonly callerId: string;
  readonly since: Moment;
  begin(): void;
  refuse(error: Error): void;
};

/**
 * Lets new attempts in a few at a time, so that a burst of them waits here and not on each other: each of those few is
 * on record within a blink, and whatever belongs to an open attempt passes by.
 * Callers take turns, so that the burst of one holds up nobody else. Of one caller the newest goes first: under lasting
 * overload most are answered while their caller still waits, and the oldest are told to come again.
 */
export const createTurns = (now: () => number, limits: TurnLimits = turnLimits) => {
  /** Those who wait, by caller, the newest last. */
  const lines = new Map<string, Waiter[]>();
  let running = 0;
  let waiting = 0;
  let recordedAt = Number.NEGATIVE_INFINITY;
  let sweep: NodeJS.Timeout | undefined;
  let looked: Moment = { at: now(), awake: 0 };

  const moment = (): Moment => {
    const at = now();
    return { at, awake: looked.awake + Math.min(at - looked.at, limits.heldUpMs) };
  };
  const leftOf = (since: Moment): number => {
    const { at, awake } = moment();
    const still = awake - Math.max(since.awake, recordedAt);
    return Math.min(limits.longestMs - (at - since.at), limits.stillMs - still);
  };

  const leave = (waiter: Waiter): boolean => {
    const line = lines.get(waiter.callerId);
    const at = line?.lastIndexOf(waiter) ?? -1;
    if (!line || at < 0) return false;
    line.splice(at, 1);
    if (line.length === 0) lines.delete(waiter.callerId);
    waiting -= 1;
    return true;
  };

  const refuse = (waiter: Waiter, error: Error): void => {
    if (leave(waiter)) waiter.refuse(error);
  };

  const lookThrough = (): void => {
    looked = moment();
    for (const waiter of [...lines.values()].flat()) {
      if (leftOf(waiter.since) > 0) continue;
      const isStill = looked.at - waiter.since.at < limits.longestMs;
      refuse(
        waiter,
        isStill
          ? new Unavailable('nothing comes on record')
          : new Overloaded('others were there first'),
      );
    }
  };

  const next = (): void => {
    const [line] = lines.values();
    const waiter = line?.at(-1);
    if (!line || !waiter) return;
    const { callerId } = waiter;
    leave(waiter);
    // Behind everybody else.
    if (lines.delete(callerId)) lines.set(callerId, line);
    waiter.begin();
  };

  /** Makes room at the cost of the caller that waits with the most. */
  const makeRoom = (): void => {
    if (waiting < limits.waiting) return;
    const longest = [...lines.values()].reduce((one, other) =>
      other.length > one.length ? other : one,
    );
    refuse(longest[0]!, new Overloaded('too many wait'));
  };

  const turnCame = (callerId: string, since: Moment, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const gone = (): void => refuse(waiter, new Unavailable('the caller left'));
      const settle = (done: () => void): void => {
        signal?.removeEventListener('abort', gone);
        done();
      };
      const waiter: Waiter = {
        callerId,
        since,
        begin: () => settle(resolve),
        refuse: (error) => settle(() => reject(error)),
      };
      makeRoom();
      const line = lines.get(callerId);
      if (line) line.push(waiter);
      else lines.set(callerId, [waiter]);
      waiting += 1;
      signal?.addEventListener('abort', gone, { once: true });
      if (signal?.aborted) gone();
    });

  return {
    /** Runs one when its turn comes. @throws {Overloaded} @throws {Unavailable} */
    async take<Result>(
      callerId: string,
      run: (turn: Turn) => Promise<Result>,
      signal?: AbortSignal,
    ): Promise<Result> {
      if (running === 0) {
        looked = moment();
        sweep = setInterval(lookThrough, limits.sweepMs).unref();
      }
      const since = moment();
      if (running < limits.atOnce) running += 1;
      else await turnCame(callerId, since, signal);
      try {
        return await run({
          leftMs: () => leftOf(since),
          recorded: () => (recordedAt = moment().awake),
        });
      } finally {
        // The place goes on to whoever is next.
        if (waiting > 0) next();
        else running -= 1;
        if (running === 0) clearInterval(sweep);
      }
    },
  };
};
export type Turns = ReturnType<typeof createTurns>;
