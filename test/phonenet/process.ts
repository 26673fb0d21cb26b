import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../cli/countersign.ts', import.meta.url));

export type NetworkProcess = {
  readonly url: string;
  readonly gatewayUrl: string;
  readonly account: string;
  readonly secret: string;
  /** Further lines of its output. */
  readonly lines: readonly string[];
  /** Ends this very process; resolves with its exit code when it is gone. */
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
};

const running = new Set<ChildProcess>();

/** A real `countersign phone-network` in its own process, which ends with this one. */
export const spawnNetwork = async (args: readonly string[]): Promise<NetworkProcess> => {
  const words = [program, 'phone-network', '--json', ...args];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  const [first] = (await Promise.race([
    once(output, 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('the network did not start'))),
  ])) as [string];
  output.on('line', (line) => lines.push(line));
  const started = JSON.parse(first) as NetworkProcess;
  return {
    ...started,
    lines,
    kill: async (signal) => {
      if (!running.has(child)) return child.exitCode;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
      return child.exitCode;
    },
  };
};
