import { setTimeout as pause } from 'node:timers/promises';
import { tryLock, type FileLock } from '../runtime/fileLock.ts';
import type { Logger } from '../runtime/logger.ts';

/** How often a process that does not have the work looks whether it may have it. */
const lockEveryMs = 1_000;

export type OneOf<Work> = {
  /** The work, where this process has it. */
  mine(): Work | undefined;
  stop(): Promise<void>;
};

/**
 * Work that one of the processes on a data folder does at a time, and the next one takes over when that one ends in any
 * way, also by kill -9.
 */
export const oneOf = <Work extends { stop(): Promise<void> }>({
  lock: path,
  start,
  what,
  log,
}: {
  /** A file of its own, which nothing else opens. */
  readonly lock: string;
  readonly start: () => Work;
  readonly what: string;
  readonly log: Logger;
}): OneOf<Work> => {
  const stopping = new AbortController();
  let held: { readonly lock: FileLock; readonly work: Work } | undefined;

  const take = (): boolean => {
    const lock = tryLock(path);
    if (!lock) return false;
    try {
      held = { lock, work: start() };
      return true;
    } catch (error) {
      lock.release();
      throw error;
    }
  };
  const run = async (): Promise<void> => {
    const { signal } = stopping;
    while (!signal.aborted) {
      try {
        if (take()) return;
      } catch (error) {
        log.error(`${what} could not be taken up; trying again`, { error });
      }
      await pause(lockEveryMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();

  return {
    mine: () => held?.work,
    async stop() {
      stopping.abort();
      await running;
      const last = held;
      held = undefined;
      try {
        await last?.work.stop();
      } finally {
        last?.lock.release();
      }
    },
  };
};
