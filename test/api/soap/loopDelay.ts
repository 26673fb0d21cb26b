import { monitorEventLoopDelay } from 'node:perf_hooks';

const tickMs = 5;

/** Both watches miss a stop that begins before their first tick or ends after their last. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

/**
 * Longest stop of the event loop during a run, milliseconds (SEC-23). A stop counts as long as this thread worked in
 * it: where the loop was late because other programs had the cores, the monitor alone would blame the input.
 */
export const longestStop = async (run: () => Promise<void>): Promise<number> => {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  let workMs = 0;
  let before = process.threadCpuUsage();
  const tick = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    workMs = Math.max(workMs, (user + system) / 1_000);
    before = process.threadCpuUsage();
  }, tickMs);
  delay.enable();
  try {
    await settle();
    await run();
    await settle();
  } finally {
    delay.disable();
    clearInterval(tick);
  }
  return Math.min(delay.max / 1e6, workMs);
};

/** A stop that the input makes is there at each try; what a busy machine adds is not. */
export const surestStop = async (run: () => Promise<void>, mostMs: number): Promise<number> => {
  let least = Infinity;
  for (let tries = 0; tries < 3 && least > mostMs; tries += 1)
    least = Math.min(least, await longestStop(run));
  return least;
};
