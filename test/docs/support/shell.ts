import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findTemporal } from '../../../runtime/temporalBinary.ts';
import { compileCache } from '../../support/compileCache.ts';
import { freePort } from '../../support/freePort.ts';
import { until } from '../../e2e/support/until.ts';
import { root, type Step } from './page.ts';

/** A page names the ports that a server has by itself; here they may be in use, and others stand for them. */
export type Ports = {
  readonly http: number;
  readonly https: number;
  /** Of RADIUS, which no server has by itself. */
  readonly radius: number;
  readonly radsec: number;
};
const own = { http: '8080', https: '8443', radius: '1812', radsec: '2083' };

export const freePorts = async (): Promise<Ports> => ({
  http: await freePort(),
  https: await freePort(),
  radius: await freePort(),
  radsec: await freePort(),
});

/** In place of `npx`, which would install this folder for this user first; it has nothing else to run. */
const npx = `#!/bin/sh
[ "$1" = countersign ] || { echo "npx $1: a page may only run countersign" >&2; exit 64; }
shift
exec '${process.execPath}' '${join(root, 'cli', 'countersign.ts')}' "$@"
`;

/** Makes a folder look to commands as the repository's does after \`npm install\`. */
export const makeWorkFolder = (folder: string): void => {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin', 'npx'), npx);
  chmodSync(join(folder, 'bin', 'npx'), 0o755);
  symlinkSync(join(root, 'examples'), join(folder, 'examples'));
};

export type Ran = {
  readonly code: number | null;
  readonly output: string;
  /** Output of each step that was begun. */
  readonly outputs: readonly string[];
};

const endsWithinMs = 100_000;
const mark = '=== step ===';
const script = (steps: readonly Step[], { http, https, radius, radsec }: Ports): string =>
  ['set -euo pipefail', 'exec 2>&1', ...steps.map(({ commands }) => `echo '${mark}'\n${commands}`)]
    .join('\n')
    .replaceAll(own.http, String(http))
    .replaceAll(own.https, String(https))
    .replaceAll(own.radius, String(radius))
    .replaceAll(own.radsec, String(radsec));

const isThere = (group: number): boolean => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

/** Runs the commands of a page as one script of bash, and ends what it has left running. */
export const runSteps = async (
  folder: string,
  steps: readonly Step[],
  ports: Ports,
): Promise<Ran> => {
  const { path: temporal } = await findTemporal();
  const child = spawn('bash', ['-c', script(steps, ports)], {
    cwd: folder,
    // A group of its own, which is what ends it and all that it started.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, '.config'),
      LC_ALL: 'C.UTF-8',
      // A page is many short commands: their sources are compiled once.
      NODE_COMPILE_CACHE: compileCache,
      COUNTERSIGN_DATA: join(folder, 'data'),
      COUNTERSIGN_HTTP: String(ports.http),
      COUNTERSIGN_HTTPS: String(ports.https),
      COUNTERSIGN_TEMPORAL: temporal,
    },
  });
  const group = child.pid!;
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = once(child, 'close');
  const late = setTimeout(() => process.kill(-group, 'SIGTERM'), endsWithinMs);
  await once(child, 'exit');
  clearTimeout(late);
  if (isThere(group)) process.kill(-group, 'SIGTERM');
  await until('all that a page started to end', () => !isThere(group));
  await closed;
  const readable = output
    .replaceAll(`:${ports.http}`, `:${own.http}`)
    .replaceAll(`:${ports.https}`, `:${own.https}`)
    .replaceAll(`:${ports.radius}`, `:${own.radius}`)
    .replaceAll(`:${ports.radsec}`, `:${own.radsec}`);
  return { code: child.exitCode, output: readable, outputs: readable.split(`${mark}\n`).slice(1) };
};
