import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForLock } from '../../runtime/fileLock.ts';
import { sharedCache } from '../../runtime/temporalInstall.ts';

/** Programs of others that come from Python's registry, every one of them with its exact version. */
const requirements = fileURLToPath(new URL('pythonPeers.txt', import.meta.url));
const installLimitMs = 10 * 60_000;
/** The system's own interpreter: another one on the PATH may lack venv. */
const systemPython = '/usr/bin/python3';

const folderOf = (env: NodeJS.ProcessEnv): string => {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  return join(dirname(sharedCache(env)), `python-peers-${version.slice(0, 12)}`);
};
/** Written last: a folder without it is half an installation. */
const markerOf = (folder: string): string => join(folder, 'complete');

/** The interpreter that has them. */
export const pythonPeers = (env: NodeJS.ProcessEnv = process.env): string =>
  join(folderOf(env), 'bin', 'python');

export const hasPythonPeers = (env: NodeJS.ProcessEnv = process.env): boolean =>
  existsSync(markerOf(folderOf(env)));

/** Fetches them by pip into this user's cache. */
export const installPythonPeers = async (): Promise<void> => {
  const folder = folderOf(process.env);
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const lock = await waitForLock(`${folder}.lock`, installLimitMs);
  try {
    if (hasPythonPeers()) return;
    rmSync(folder, { recursive: true, force: true });
    const options: ExecFileSyncOptions = {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: installLimitMs,
    };
    execFileSync(systemPython, ['-m', 'venv', folder], options);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    execFileSync(pythonPeers(), [...install, '--no-deps', '-r', requirements], options);
    writeFileSync(markerOf(folder), '');
  } finally {
    lock.release();
  }
};
