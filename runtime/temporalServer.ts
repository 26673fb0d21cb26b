import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { DataLayout } from './dataFolder.ts';
import type { Logger } from './logger.ts';
import { findTemporal, type TemporalBinary } from './temporalBinary.ts';
import { endOrphan, spawnTemporal, stopTemporal } from './temporalProcess.ts';
import { freePort, isFree, untilReady } from './temporalReady.ts';
import { isBelowFixed } from './temporalVersion.ts';

export type TemporalServer = {
  /** `127.0.0.1:port`; stays the same over restarts. */
  readonly address: string;
  readonly namespace: string;
  readonly serverVersion: string;
  /** Undefined between a death and the next start. */
  readonly pid: () => number | undefined;
  /** How often it had to be started again. */
  readonly restarts: () => number;
  readonly stop: () => Promise<void>;
};

export type TemporalServerOptions = {
  /** An opened data folder: its lock is what makes the files ours. */
  readonly layout: DataLayout;
  readonly log: Logger;
  /** 0 or nothing takes that of the last start, or a free one. */
  readonly port?: number;
  readonly namespace?: string;
  /** Path of the `temporal` binary; see `findTemporal`. */
  readonly binary?: string;
};

export const defaultNamespace = 'countersign';
const backoffMs = { first: 100, most: 5000 } as const;
/** Dying later than this after a start begins the backoff anew. */
const settledMs = 60_000;
/** A free port can be taken before the server has it. */
const portTriesMax = 3;

type Context = {
  readonly options: TemporalServerOptions;
  readonly binary: TemporalBinary;
  readonly namespace: string;
};

/**
 * Runs the embedded Temporal server and starts it again when it dies, on the same port and file.
 * @throws {TemporalNotFound} without a binary
 * @throws {Error} with the end of its log, where it does not get ready
 */
export const startTemporal = async (options: TemporalServerOptions): Promise<TemporalServer> => {
  const { layout, log, namespace = defaultNamespace } = options;
  const binary = await findTemporal({
    folder: layout.binaries,
    ...(options.binary ? { configured: options.binary } : {}),
  });
  log.info(binary.why, { source: binary.source });
  warnBelowFixed(log, binary.server);
  const orphan = await endOrphan(layout);
  if (orphan !== undefined) log.warn('ended a Temporal that a killed run left', { pid: orphan });

  const context = { options, binary, namespace };
  const tries = options.port ? 1 : portTriesMax;
  let failure: unknown;
  for (let tried = 0; tried < tries; tried += 1) {
    const port = options.port || (await lastPort(layout, tried)) || (await freePort());
    try {
      const child = await launchFirst(context, port);
      writeFileSync(layout.temporalPort, `${port}\n`, { mode: 0o600 });
      return supervise(context, port, child);
    } catch (error) {
      failure = error;
    }
  }
  const said = tail(layout.temporalLog);
  throw new Error(`Temporal did not get ready: ${said}`, { cause: failure });
};

/** Processes that joined know the engine by its port, so a restart keeps it where it can (REL-14). */
const lastPort = async (layout: DataLayout, tried: number): Promise<number | undefined> => {
  if (tried > 0) return undefined;
  try {
    const port = Number.parseInt(readFileSync(layout.temporalPort, 'utf8'), 10);
    return port > 0 && (await isFree(port)) ? port : undefined;
  } catch {
    return undefined; // The first start of this folder.
  }
};

const launchFirst = async (context: Context, port: number): Promise<ChildProcess> => {
  const { options, binary, namespace } = context;
  const child = spawnTemporal(binary.path, options.layout, { port, namespace });
  child.once('error', () => {}); // The wait below ends by itself and tells more.
  try {
    await untilReady(child, { port, namespace });
    return child;
  } catch (error) {
    await stopTemporal(child);
    throw error;
  }
};

const supervise = (context: Context, port: number, first: ChildProcess): TemporalServer => {
  const { options, binary, namespace } = context;
  const { layout, log } = options;
  const address = `127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarts = 0;
  let waitMs: number = backoffMs.first;
  let retry: NodeJS.Timeout | undefined;

  const watch = (next: ChildProcess): void => {
    const startedAt = Date.now();
    child = next;
    next.once('error', (error) => log.error('Temporal does not start', { error }));
    next.once('exit', (status, signal) => {
      child = undefined;
      if (stopping) return;
      if (Date.now() - startedAt > settledMs) waitMs = backoffMs.first;
      log.error('Temporal ended; starting it again', { status, signal, inMs: waitMs });
      retry = setTimeout(again, waitMs);
      waitMs = Math.min(waitMs * 2, backoffMs.most);
    });
  };
  const again = (): void => {
    restarts += 1;
    const next = spawnTemporal(binary.path, layout, { port, namespace });
    watch(next);
    untilReady(next, { port, namespace }).then(
      () => log.info('Temporal is ready again', { address, pid: next.pid, restarts }),
      (error: unknown) => {
        if (!stopping) log.error('Temporal is not ready', { error });
      },
    );
  };

  watch(first);
  log.info('Temporal is ready', { address, server: binary.server, pid: first.pid });
  return {
    address,
    namespace,
    serverVersion: binary.server,
    pid: () => child?.pid,
    restarts: () => restarts,
    stop: async () => {
      stopping = true;
      clearTimeout(retry);
      if (child) await stopTemporal(child);
    },
  };
};

const warnBelowFixed = (log: Logger, server: string): void => {
  if (!isBelowFixed(server)) return;
  log.warn('this Temporal has known holes between namespaces; it may listen on loopback only', {
    server,
    fixedIn: ['1.29.5', '1.30.3'],
    advisories: ['CVE-2025-14986', 'CVE-2025-14987', 'CVE-2026-5199'],
  });
};

const tail = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').slice(-1000).trim() || 'it said nothing';
  } catch {
    return 'it left no log';
  }
};
