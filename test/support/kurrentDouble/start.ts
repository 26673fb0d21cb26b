import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type KurrentDouble = {
  readonly url: string;
  readonly port: number;
  /** As power cuts do it; `start` again with the same file and port. */
  kill(): Promise<void>;
};

const script = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Starts the KurrentDB double of main.ts as a process of its own. */
export async function startKurrentDouble(options: {
  readonly file: string;
  readonly port?: number;
  readonly version?: '24.10' | '25.1' | '26.1';
}): Promise<KurrentDouble> {
  const { file, port = 0, version = '26.1' } = options;
  const child = spawn(process.execPath, [script, file, `${port}`, version], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    exited.then(() => Promise.reject(new Error('the KurrentDB double did not start'))),
  ])) as [string];
  const ready = JSON.parse(line) as { port: number };
  return {
    port: ready.port,
    url: `kurrentdb://127.0.0.1:${ready.port}?tls=false`,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
