/** Runs `work` and says how long it took. */
export const timed = async <T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly ms: number }> => {
  const begun = performance.now();
  const result = await work();
  return { result, ms: performance.now() - begun };
};
