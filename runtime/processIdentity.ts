import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A process id alone comes round again; with its start time it names one process. */
export type ProcessIdentity = { readonly pid: number; readonly started: string };

/** Undefined where no such process runs (a dead one that is not yet reaped counts as gone). */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const started = existsSync('/proc/self/stat') ? startedByProc(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
};

export const stillRuns = ({ pid, started }: ProcessIdentity): boolean =>
  identify(pid)?.started === started;

/** proc(5): the name in parentheses may hold anything, so fields count from the last `)`; 3 is the state, 22 the start. */
const startedByProc = (pid: number): string | undefined => {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  // Ticks count from boot, so the boot belongs to the name.
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}/${fields[19]}`;
};

const startedByPs = (pid: number): string | undefined => {
  try {
    const found = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return found.trim() || undefined;
  } catch {
    return undefined; // ps exits with 1 where there is no such process.
  }
};

/** Ends one process, first politely; resolves when it is gone. @throws {Error} where it outlives even SIGKILL. */
export const endProcess = async (target: ProcessIdentity, politeMs: number): Promise<void> => {
  for (const [signal, waitMs] of [
    ['SIGTERM', politeMs],
    ['SIGKILL', 5000],
  ] as const) {
    if (!stillRuns(target)) return;
    try {
      process.kill(target.pid, signal);
    } catch {
      // It went between the two lines; the loop sees that.
    }
    const until = Date.now() + waitMs;
    while (Date.now() < until) {
      if (!stillRuns(target)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  if (stillRuns(target)) throw new Error(`process ${target.pid} does not end`);
};
