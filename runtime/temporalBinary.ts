import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from './errors.ts';
import { waitForLock } from './fileLock.ts';
import {
  buildTemporal,
  downloadTemporal,
  findProgram,
  isExecutable,
  makeCache,
  sharedCache,
} from './temporalInstall.ts';
import { versionOf, type TemporalVersion } from './temporalVersion.ts';

export type TemporalBinary = TemporalVersion & {
  readonly path: string;
  readonly source: 'configured' | 'path' | 'cache' | 'download' | 'build';
  /** One sentence for people: which one, and why this one. */
  readonly why: string;
};

export type FindOptions = {
  /** From the settings; else COUNTERSIGN_TEMPORAL. Named but unusable is an error, never a silent other choice. */
  readonly configured?: string;
  /** Folder where an operator may put the binary by hand. */
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Hands in other ways to get it; for tests. */
  readonly install?: { download: typeof downloadTemporal; build: typeof buildTemporal };
};

/** Another process may be building the same file. */
const installWaitMs = 35 * 60_000;

/**
 * Finds a Temporal CLI: configured, on PATH (and in Go's folders), in the data folder, in this user's cache, by
 * download, built with Go.
 * @throws {TemporalNotFound} with everything that was tried
 */
export const findTemporal = async (options: FindOptions = {}): Promise<TemporalBinary> => {
  const env = options.env ?? process.env;
  const configured = options.configured ?? env['COUNTERSIGN_TEMPORAL'];
  if (configured) {
    try {
      const version = await versionOf(configured);
      const why = `Temporal ${version.server} at ${configured}, because it is configured.`;
      return { path: configured, source: 'configured', why, ...version };
    } catch (error) {
      const reason = messageOf(error);
      throw new TemporalNotFound([`the configured ${configured} is of no use (${reason})`], error);
    }
  }
  const tried: string[] = [];
  const onPath = await findProgram('temporal', env, goFolders(env));
  if (onPath) {
    const found = await check(
      onPath,
      'path',
      'because it is on the PATH or in the Go folder',
      tried,
    );
    if (found) return found;
  } else tried.push('there is no temporal on the PATH');

  const cache = sharedCache(env);
  const cached = await fromCache([...(options.folder ? [options.folder] : []), cache], tried);
  return cached ?? install(cache, env, options.install, tried);
};

export class TemporalNotFound extends Error {
  override readonly name = 'TemporalNotFound';
  constructor(tried: readonly string[], cause?: unknown) {
    super(
      `No Temporal server to run: ${tried.join('; ')}. Install the Temporal CLI, or name it by COUNTERSIGN_TEMPORAL.`,
      { cause },
    );
  }
}

const fromCache = async (folders: readonly string[], tried: string[]) => {
  for (const folder of folders) {
    const path = join(folder, 'temporal');
    if (!(await isExecutable(path))) continue;
    const found = await check(path, 'cache', 'because it was installed there before', tried);
    if (found) return found;
  }
  return undefined;
};

const install = async (
  cache: string,
  env: NodeJS.ProcessEnv,
  ways: FindOptions['install'],
  tried: string[],
): Promise<TemporalBinary> => {
  await makeCache(cache);
  const lock = await waitForLock(join(cache, 'install.lock'), installWaitMs);
  try {
    const meanwhile = await fromCache([cache], tried);
    if (meanwhile) return meanwhile;
    try {
      const path = await (ways?.download ?? downloadTemporal)(cache);
      const found = await check(path, 'download', 'downloaded, because there was none here', tried);
      if (found) return found;
    } catch (error) {
      tried.push(messageOf(error));
    }
    try {
      const path = await (ways?.build ?? buildTemporal)(cache, env);
      const why = 'built with Go, because there was none here and no download';
      const found = await check(path, 'build', why, tried);
      if (found) return found;
    } catch (error) {
      tried.push(messageOf(error));
    }
  } finally {
    lock.release();
  }
  throw new TemporalNotFound(tried);
};

const check = async (
  path: string,
  source: TemporalBinary['source'],
  because: string,
  tried: string[],
): Promise<TemporalBinary | undefined> => {
  try {
    const version = await versionOf(path);
    return { path, source, why: `Temporal ${version.server} at ${path}, ${because}.`, ...version };
  } catch (error) {
    tried.push(`${path} is of no use (${messageOf(error)})`);
    return undefined;
  }
};

const goFolders = (env: NodeJS.ProcessEnv): readonly string[] => {
  const gobin = env['GOBIN'];
  const gopath = env['GOPATH'] || join(env['HOME'] || homedir(), 'go');
  return [...(gobin ? [gobin] : []), join(gopath, 'bin')];
};
