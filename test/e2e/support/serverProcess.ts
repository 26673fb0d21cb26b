import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layoutOf } from '../../../runtime/dataFolder.ts';
import { restClient, type RestClient } from './rest.ts';

const program = fileURLToPath(new URL('../../../cli/countersign.ts', import.meta.url));
const readyWithinMs = 60_000;

export type ReadyLine = {
  readonly ready: true;
  readonly http: string;
  readonly https: string;
  readonly temporal: string;
  readonly data: string;
  readonly ca: string;
  readonly radius?: string;
  readonly radiusAccounting?: string;
  readonly radsec?: string;
  readonly demo?: { username: string; activation: { url: string; code: string } };
};

/** A real `countersign serve` in its own process. */
export type ServerProcess = {
  readonly info: ReadyLine;
  readonly pid: number;
  /** Closes our end of its stderr, as a log reader does that dies. */
  stopListening(): void;
  /** Everything it has said on stderr. */
  log(): string;
  rest: RestClient;
  /** Process of the Temporal server that it manages. */
  temporalPid(): number;
  /** Ends this very process; resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
};

export type ServeOptions = {
  readonly data: string;
  readonly http?: number;
  readonly https?: number;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** For a start that has much to read. */
  readonly readyWithinMs?: number;
};

const running = new Set<ChildProcess>();

/** Starts a server and waits for its line on stdout. @throws with its stderr where it ends before */
export const serve = async (options: ServeOptions): Promise<ServerProcess> => {
  // A test run that is cut off must not leave its servers behind.
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      process.execPath,
      program,
      'serve',
      '--json',
      '--data',
      options.data,
      '--http',
      String(options.http ?? 0),
      '--https',
      String(options.https ?? 0),
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  );
  running.add(child);
  child.once('exit', () => running.delete(child));
  let said = '';
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const info = await new Promise<ReadyLine>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`not ready in time:\n${said}`)),
      options.readyWithinMs ?? readyWithinMs,
    );
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const line = printed.split('\n').find((candidate) => candidate.startsWith('{'));
      if (line === undefined || !printed.includes('\n')) return;
      clearTimeout(late);
      resolve(JSON.parse(line) as ReadyLine);
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`serve ended with ${code}:\n${said}`));
    });
  });
  const layout = layoutOf(options.data);
  return {
    info,
    pid: child.pid!,
    stopListening: () => void child.stderr.destroy(),
    log: () => said,
    rest: restClient(info.http, readFileSync(layout.adminToken, 'utf8').trim()),
    temporalPid: () =>
      (JSON.parse(readFileSync(layout.temporalProcess, 'utf8')) as { pid: number }).pid,
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
      return child.exitCode;
    },
  };
};

/** A data folder for one test file, removed at its end with whatever still runs in it. */
export const temporaryData = (): { readonly path: string; remove(): Promise<void> } => {
  const path = mkdtempSync(join(tmpdir(), 'countersign-'));
  return {
    path: join(path, 'data'),
    async remove() {
      for (const child of running) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(path, { recursive: true, force: true });
    },
  };
};
