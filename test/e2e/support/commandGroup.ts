import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/** A command line in a terminal of its own: all that it starts is one process group. */
export type CommandGroup = {
  /** All that it has printed on stdout. */
  printed(): string;
  said(): string;
  /** Processes that it has started, itself included. */
  tree(): readonly number[];
  /** Presses Ctrl-C: the terminal sends SIGINT to all of the group. */
  interrupt(): void;
  /** Resolves with its exit code when it has ended. */
  readonly ended: Promise<number | null>;
};

const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('COUNTERSIGN_')),
  );

/** Parent of each process; a process that ends meanwhile is left out. */
const parents = (): ReadonlyMap<number, number> => {
  const found = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)))
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name of the program stands in brackets and may hold anything; then come state and parent.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      found.set(Number(name), Number(parent));
    } catch {
      continue; // It has ended since the folder was read.
    }
  return found;
};

const descendants = (root: number): readonly number[] => {
  const known = parents();
  const tree = [root];
  for (const pid of tree)
    tree.push(...[...known].filter(([, parent]) => parent === pid).map(([child]) => child));
  return tree;
};

export const isRunning = (pid: number): boolean => parents().has(pid);

/** Runs a line as a shell does in the given folder. */
export const commandGroup = (line: string, cwd: string): CommandGroup => {
  const child = spawn('bash', ['-c', line], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  let printed = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const pid = child.pid!;
  return {
    printed: () => printed,
    said: () => said,
    tree: () => descendants(pid),
    interrupt: () => void process.kill(-pid, 'SIGINT'),
    ended: once(child, 'close').then(() => child.exitCode),
  };
};

/** Waits for a line that fits. @throws with all that was printed where the command ends before */
export const line = async (group: CommandGroup, fits: RegExp): Promise<void> => {
  let code: number | null | undefined;
  void group.ended.then((ended) => (code = ended));
  await until(String(fits), () => {
    if (fits.test(group.printed())) return true;
    if (code !== undefined)
      throw new Error(`ended with ${code}\n${group.said()}${group.printed()}`);
    return false;
  });
};
