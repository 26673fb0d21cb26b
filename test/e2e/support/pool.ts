import { until } from './until.ts';

const freeWithinMs = 90_000;

/** People who are taken out for one login at a time. */
export const pool = <T>(people: readonly T[]) => {
  const free = [...people];
  return async <R>(work: (person: T) => Promise<R>, fits: (person: T) => boolean = () => true) => {
    const person = await until(
      'somebody to be free',
      () => {
        const index = free.findIndex(fits);
        return index < 0 ? undefined : free.splice(index, 1)[0];
      },
      freeWithinMs,
    );
    try {
      return await work(person);
    } finally {
      free.push(person);
    }
  };
};
