import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const run = (program: string, ...words: readonly string[]): string | undefined => {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  return status === 0 ? undefined : `${program} ${words.join(' ')}: ${error?.message ?? stderr}`;
};

/** From large to small, so that not a byte is left. */
const chunkBytes = [1_048_576, 4_096, 1] as const;

/**
 * A disk of a few megabytes, in memory, for one test.
 * @throws where the system lets nobody mount one: this test cannot be without
 */
export const smallDisk = (megabytes: number) => {
  const path = mkdtempSync(join(tmpdir(), 'countersign-disk-'));
  const fault = run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', path);
  if (fault !== undefined) {
    rmSync(path, { recursive: true });
    throw new Error(`this test mounts a small tmpfs, as root with CAP_SYS_ADMIN: ${fault}`);
  }
  const filler = join(path, 'filler');
  return {
    path,
    /** Takes all the space that is left; again, what has become free since. */
    fill(): void {
      const file = openSync(filler, 'a');
      try {
        for (const size of chunkBytes) {
          const chunk = Buffer.alloc(size);
          try {
            while (writeSync(file, chunk) > 0);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free: (): void => rmSync(filler, { force: true }),
    /** Nothing may be open for writing. */
    setReadOnly(isReadOnly: boolean): void {
      const failed = run('mount', '-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, path);
      if (failed !== undefined) throw new Error(failed);
    },
    remove(): void {
      run('umount', '--lazy', path);
      rmSync(path, { recursive: true, force: true });
    },
  };
};
