import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../../cli/countersign.ts', import.meta.url));

/** Runs `countersign …` as a person would. @throws where it ends with anything but 0 */
export const countersign = async (
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> => {
  const { stdout } = await run(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  return stdout;
};

/** A headless phone: the command-line authenticator with its own memory. */
export type Phone = {
  activate(url: string, code: string): Promise<void>;
  act(verb: 'approve' | 'deny' | 'report-fraud'): Promise<void>;
  /** Runs `watch` until stopped; its lines say what was shown. */
  watch(answer: '--approve' | '--deny' | '--fraud'): Watching;
};

export type Watching = {
  /** What was printed, a JSON object a line. */
  lines(): readonly Record<string, unknown>[];
  stop(): Promise<void>;
};

export const phone = (state: string, ca: string): Phone => {
  const memory = ['--state', state, '--ca', ca, '--json'];
  return {
    async activate(url, code) {
      await countersign(['authenticator', 'activate', '--url', url, '--code', code, ...memory]);
    },
    async act(verb) {
      await countersign(['authenticator', verb, ...memory]);
    },
    watch(answer) {
      const child = spawn(
        process.execPath,
        [program, 'authenticator', 'watch', answer, ...memory],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      return {
        lines: () =>
          printed
            .split('\n')
            .filter((line) => line.startsWith('{'))
            .map((line) => JSON.parse(line) as Record<string, unknown>),
        async stop() {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const gone = once(child, 'exit');
          child.kill('SIGTERM');
          await gone;
        },
      };
    },
  };
};
