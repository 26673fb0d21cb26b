import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readyWithinMs = 60_000;
const stopWithinMs = 30_000;
const shownLogLength = 2_000;

export type Child = {
  readonly process: ChildProcess;
  /** Its first line on stdout, as JSON: it is ready. */
  readonly ready: unknown;
  /** From the spawn to that line. */
  readonly readyAfterMs: number;
  readonly stop: () => Promise<void>;
};

export type ChildOptions = {
  /** Script of this repository and its arguments. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Arguments of Node itself. */
  readonly nodeArgs?: readonly string[];
  /** File for what it says on stderr; shown where it fails. */
  readonly log: string;
  readonly cwd?: string;
};

/** Starts a script of this repository in its own Node process and waits until it says that it is ready. */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  const { script, args = [], nodeArgs = [], log, cwd = root } = options;
  const stderr = openSync(log, 'a', 0o600);
  const from = performance.now();
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', stderr, 'ipc'],
  });
  closeSync(stderr);
  const said = (): string => readFileSync(log, 'utf8').slice(-shownLogLength);
  let late: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${script} ended (${code}): ${said()}`)));
    const giveUp = () => reject(new Error(`${script} was not ready in time: ${said()}`));
    late = setTimeout(giveUp, readyWithinMs);
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await ended;
    clearTimeout(kill);
  };
  try {
    const lines = createInterface({ input: child.stdout! });
    const [line] = (await Promise.race([once(lines, 'line'), failed])) as [string];
    const readyAfterMs = performance.now() - from;
    return { process: child, ready: JSON.parse(line), readyAfterMs, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    // Its log may be gone when the time is over.
    clearTimeout(late);
  }
};
