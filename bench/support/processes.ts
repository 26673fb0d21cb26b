import { readdirSync, readFileSync } from 'node:fs';

/** What a process and everything below it hold and have used. */
export type Usage = {
  /** Resident memory of the process itself, MB. */
  readonly selfMB: number;
  /** And of everything that it started. */
  readonly allMB: number;
  /** CPU of all since their start. */
  readonly cpuMs: number;
};

const bytesPerMB = 1e6;
const bytesPerKiB = 1024;
/** Linux tells CPU time in ticks of 1/100 s, whatever the kernel's own clock. */
const msPerTick = 10;
/** Fields of /proc/PID/stat counted from its state, which is what follows the name (proc(5)). */
const field = { parent: 1, user: 11, system: 12 } as const;

const statOf = (pid: number): readonly string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

const residentMB = (pid: number): number => {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib ?? 0) * bytesPerKiB) / bytesPerMB;
};

/** A process that ended meanwhile has nothing any more. */
const whileThere = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch {
    return undefined;
  }
};

const treeOf = (root: number): readonly number[] => {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(whileThere(() => statOf(Number(name))[field.parent]))]);
  const found = [root];
  for (const pid of found)
    found.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child!));
  return found;
};

/** Looks at a process and everything that it started, and they in turn. Linux only. */
export const usageOf = (root: number): Usage => {
  const each = treeOf(root).map((pid) => ({
    pid,
    mb: whileThere(() => residentMB(pid)) ?? 0,
    ticks: whileThere(() => {
      const stat = statOf(pid);
      return Number(stat[field.user]) + Number(stat[field.system]);
    }),
  }));
  return {
    selfMB: each.find(({ pid }) => pid === root)?.mb ?? 0,
    allMB: each.reduce((sum, { mb }) => sum + mb, 0),
    cpuMs: each.reduce((sum, { ticks = 0 }) => sum + ticks * msPerTick, 0),
  };
};
