import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { DataLayout } from './dataFolder.ts';
import { endProcess, identify, type ProcessIdentity } from './processIdentity.ts';
import { temporalArguments } from './temporalArguments.ts';

const logBytesMax = 10 * 1024 * 1024;
const politeStopMs = 10_000;

/**
 * Files for the owner only, no core dumps (SEC-77), and, where Linux offers it, death with the parent: a server that
 * outlives a kill -9 of ours would hold the database. Elsewhere the next start ends it (`endOrphan`).
 */
const script = `umask 077
ulimit -c 0
if command -v setpriv >/dev/null && setpriv --pdeathsig KILL true 2>/dev/null
then exec setpriv --pdeathsig KILL "$@"
fi
exec "$@"`;

/** Starts the server and notes which process it is; output goes to the log file of the data folder. */
export const spawnTemporal = (
  binary: string,
  layout: DataLayout,
  { port, namespace }: { port: number; namespace: string },
): ChildProcess => {
  rotate(layout.temporalLog);
  const log = openSync(layout.temporalLog, 'a', 0o600);
  const args = temporalArguments({ port, namespace, database: layout.temporalDatabase });
  const child = spawn('/bin/sh', ['-c', script, 'sh', binary, ...args], {
    cwd: layout.temporalFolder,
    // The CLI takes settings from its environment and home; an embedded server takes them from us alone.
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: layout.temporalFolder, TZ: 'UTC' },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) writeFileSync(layout.temporalProcess, JSON.stringify(identity), { mode: 0o600 });
  return child;
};

/** Ends the server that a killed process of ours left behind. The caller holds the folder's lock, so it is one. */
export const endOrphan = async (layout: DataLayout): Promise<number | undefined> => {
  const orphan = readIdentity(layout.temporalProcess);
  if (!orphan || identify(orphan.pid)?.started !== orphan.started) return undefined;
  await endProcess(orphan, politeStopMs);
  return orphan.pid;
};

export const stopTemporal = async (child: ChildProcess): Promise<void> => {
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) await endProcess(identity, politeStopMs);
};

const readIdentity = (path: string): ProcessIdentity | undefined => {
  try {
    const { pid, started }: Record<string, unknown> = JSON.parse(readFileSync(path, 'utf8'));
    return typeof pid === 'number' && Number.isSafeInteger(pid) && typeof started === 'string'
      ? { pid, started }
      : undefined;
  } catch {
    return undefined; // No file at the first start; a torn one after a power loss, when nothing runs any more.
  }
};

const rotate = (path: string): void => {
  if (existsSync(path) && statSync(path).size > logBytesMax) renameSync(path, `${path}.1`);
};
