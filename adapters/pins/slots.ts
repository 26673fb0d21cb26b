/**
 * Runs a few tasks at once and lets the others wait their turn.
 * @returns a runner, which refuses a task where too many wait already
 */
export const createSlots = ({
  atOnce,
  waiting,
}: {
  readonly atOnce: number;
  readonly waiting: number;
}): (<T>(task: () => Promise<T>) => Promise<T>) => {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new Error('too many hashes are waiting to be computed');
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await task();
    } finally {
      const next = queue.shift();
      // A slot goes to the next one without becoming free in between.
      if (next) next();
      else running -= 1;
    }
  };
};
