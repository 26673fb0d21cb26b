import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { restServer } from '../api/rest/server.ts';

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

const script = join(import.meta.dirname, '..', '..', 'cli', 'countersign.ts');

/** Runs a program to its end; nobody types anything. */
export const runProgram = (
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      env: { ...process.env, TZ: 'Europe/Berlin', COUNTERSIGN_DATA: undefined, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });

/** The command line itself, as a process. */
export const countersign = (...words: string[]): Promise<Ended> =>
  runProgram(process.execPath, [script, ...words]);

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'countersign-cli-'));

/** A server with a facade in memory, and a data folder that commands find it by. */
export const terminal = async () => {
  const rest = await restServer({ limits: { callsPerSecond: 1000 } });
  const data = emptyFolder();
  const { endpoints, adminToken } = layoutOf(data);
  writeFileSync(endpoints, JSON.stringify({ http: rest.origin, https: '' }));
  writeFileSync(adminToken, `${rest.adminToken}\n`);
  return {
    rest,
    data,
    run: (...words: string[]) => countersign(...words, '--data', data),
    /** The JSON that a command prints; fails unless it ends with 0. */
    // oxlint-disable-next-line typescript/no-explicit-any -- the assertions describe it
    json: async (...words: string[]): Promise<any> => {
      const { code, out, err } = await countersign(...words, '--data', data, '--json');
      if (code !== 0) throw new Error(`exit code ${code}: ${err}`);
      return JSON.parse(out);
    },
  };
};
export type Terminal = Awaited<ReturnType<typeof terminal>>;
