import { until } from './until.ts';

/** A login takes as long as its phone may be away, and several may stand ahead in the queue. */
const freeWithinMs = 300_000;

/** People who are taken out for one login at a time; whoever has waited longest is served first. */
export const pool = <T>(people: readonly T[]) => {
  const free = [...people];
  const waiting: { readonly fits: (person: T) => boolean }[] = [];
  return async <R>(work: (person: T) => Promise<R>, fits: (person: T) => boolean = () => true) => {
    const mine = { fits };
    waiting.push(mine);
    const take = (): T | undefined => {
      const ahead = waiting.slice(0, waiting.indexOf(mine));
      const index = free.findIndex(
        (person) => fits(person) && !ahead.some((other) => other.fits(person)),
      );
      return index < 0 ? undefined : free.splice(index, 1)[0];
    };
    const person = await until('somebody to be free', take, freeWithinMs).finally(() =>
      waiting.splice(waiting.indexOf(mine), 1),
    );
    try {
      return await work(person);
    } finally {
      free.push(person);
    }
  };
};
