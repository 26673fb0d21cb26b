import { pause } from './chance.ts';
import { until } from './until.ts';

const retryMs = 100;

/** An answer that no patience makes better: the test is at an end. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/**
 * Looks again and again until something is there, also while the server is away and every look fails.
 * @throws {WrongAnswer} as soon as a look throws one
 */
export const untilBack = <T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  withinMs?: number,
): Promise<T> =>
  until(
    what,
    async () => {
      try {
        const found = await look();
        if (found !== undefined && found !== false) return found;
      } catch (error) {
        if (error instanceof WrongAnswer) throw error;
        // Not back yet.
      }
      await pause(retryMs);
      return undefined;
    },
    withinMs,
  );
