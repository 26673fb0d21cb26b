import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process whose wall clock the test sets; its monotonic clock and the files' times stay true. */
export type FakedClock = {
  readonly env: NodeJS.ProcessEnv;
  /** Seconds that it is ahead of the true time, at once. */
  set(aheadSeconds: number): void;
};

/** Where Debian's package faketime has its library; the folder is named by the machine. */
const library = (): string => {
  for (const machine of readdirSync('/usr/lib')) {
    const folder = join('/usr/lib', machine, 'faketime');
    try {
      if (readdirSync(folder).includes('libfaketimeMT.so.1'))
        return join(folder, 'libfaketimeMT.so.1');
    } catch {
      continue; // Not the folder of a machine, or of another one.
    }
  }
  throw new Error('faketime is not installed');
};

export const fakedClock = (file: string): FakedClock => {
  const set = (aheadSeconds: number): void =>
    writeFileSync(file, `${aheadSeconds < 0 ? '' : '+'}${aheadSeconds}\n`);
  set(0);
  return {
    set,
    env: {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
  };
};
