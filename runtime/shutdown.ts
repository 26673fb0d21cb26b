import type { Logger } from './logger.ts';

/** Everything together gets this long (REL-14); then the process ends all the same. */
export const shutdownLimitMs = 30_000;

export type Shutdown = {
  /** Adds a step; the last one added runs first. */
  add(name: string, stop: () => Promise<void> | void): void;
  /** Runs the steps once; a later call joins the first. Resolves to false where a step failed or time ran out. */
  run(reason: string): Promise<boolean>;
};

/** Stops parts in the reverse order of their start. A step that fails is logged and the next one runs. */
export const createShutdown = (log: Logger, limitMs = shutdownLimitMs): Shutdown => {
  const steps: { name: string; stop: () => Promise<void> | void }[] = [];
  let running: Promise<boolean> | undefined;

  const runAll = async (reason: string): Promise<boolean> => {
    log.info('stopping', { reason });
    const until = Date.now() + limitMs;
    let clean = true;
    for (const { name, stop } of steps.toReversed()) {
      const ended = await within(until - Date.now(), async () => stop());
      if (ended === 'done') continue;
      clean = false;
      const error = ended === 'late' ? 'took too long' : ended.error;
      log.error('a part did not stop cleanly', { part: name, error });
    }
    log.info('stopped', { reason, clean });
    return clean;
  };

  return {
    add: (name, stop) => void steps.push({ name, stop }),
    run: (reason) => (running ??= runAll(reason)),
  };
};

type Ending = 'done' | 'late' | { error: unknown };

const within = async (timeMs: number, work: () => Promise<void>): Promise<Ending> => {
  const { promise: late, resolve } = Promise.withResolvers<Ending>();
  const timer = setTimeout(() => resolve('late'), Math.max(timeMs, 0));
  const ended = work().then(
    (): Ending => 'done',
    (error: unknown): Ending => ({ error }),
  );
  const ending = await Promise.race([ended, late]);
  clearTimeout(timer);
  return ending;
};
