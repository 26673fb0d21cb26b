import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isError } from './errors.ts';

export type FileLock = { release(): void };

/**
 * Takes a lock that the kernel gives back when the process ends in any way, also by kill -9. Node has no file locks
 * of its own; SQLite's are exactly that, so an empty database is the lock file. Never open it by other means in the
 * same process, because POSIX drops a process's locks when any handle of the file is closed.
 * @returns undefined where another holder has it
 */
export const tryLock = (path: string): FileLock | undefined => {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  chmodSync(path, 0o600);
  return { release: () => database.close() };
};

/** Waits for a lock; asks four times a second, since the holder cannot tell us. */
export const waitForLock = async (path: string, timeoutMs: number): Promise<FileLock> => {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const lock = tryLock(path);
    if (lock) return lock;
    if (Date.now() > until) throw new Error(`${path} stayed locked for ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};

const sqliteBusy = 5;
const isBusy = (error: unknown): boolean =>
  isError(error) && 'errcode' in error && error.errcode === sqliteBusy;
