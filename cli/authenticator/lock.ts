import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFault } from '../fault.ts';

const maxTries = 250;
const pauseMs = 20;

/** Holds the folder for one change. A lock whose owner was killed is taken over. */
export const withLock = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  const path = join(folder, 'lock');
  for (let attempt = 1; !(await taken(path)); attempt += 1) {
    if (attempt >= maxTries) {
      throw new CommandFault(`another program holds ${path}; remove it if none is running`);
    }
    if (await isOrphan(path)) await rm(path, { force: true });
    else await sleep(pauseMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
};

/** Whether the system refused with this code (errno(3)). */
export const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

const taken = async (path: string): Promise<boolean> => {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
};

const isOrphan = async (path: string): Promise<boolean> => {
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  // An owner that has not written its id yet is about to.
  if (!Number.isInteger(owner) || owner <= 0) return false;
  try {
    process.kill(owner, 0);
    return false;
  } catch {
    return true;
  }
};
