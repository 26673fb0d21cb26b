/** How long a test waits for what comes for sure: no promise, only an end. */
const patienceMs = 60_000;

/** Looks again and again until something is there. @throws with what it waited for when the time is over */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = patienceMs,
): Promise<T> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    const waited = withinMs - (deadline - Date.now());
    await new Promise((resolve) => setTimeout(resolve, Math.min(50 + waited / 10, 250)));
  }
};
