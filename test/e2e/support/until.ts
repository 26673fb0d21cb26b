/** How long a test waits for what comes for sure: no promise, only an end. */
const patienceMs = 60_000;

/** Looks again and again until something is there. @throws with what it waited for when the time is over */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = patienceMs,
): Promise<T> => {
  const startedAt = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    const waited = Date.now() - startedAt;
    if (waited > withinMs) throw new Error(`waited in vain for ${what}`);
    // A long wait need not look as often as a short one.
    await new Promise((resolve) => setTimeout(resolve, Math.min(50 + waited / 10, 250)));
  }
};
