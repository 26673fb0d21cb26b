import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isError, messageOf } from './errors.ts';
import { showProgress } from './progress.ts';

/** The version that everything here was measured with; `engine/go.mod` names it too. */
export const temporalCliVersion = '1.5.1';

/** Temporal's own CDN, as its documentation names it. */
export const downloadUrl = (platform: NodeJS.Platform, arch: string): string =>
  `https://temporal.download/cli/archive/v${temporalCliVersion}?platform=${platform}&arch=${arch === 'x64' ? 'amd64' : arch}`;

const connectTimeoutMs = 20_000;
const downloadTimeoutMs = 10 * 60_000;
const buildTimeoutMs = 30 * 60_000;
const archiveBytesMax = 300 * 1024 * 1024;

/** Cache of this user, shared by all data folders, so that nothing is built twice. */
export const sharedCache = (env: NodeJS.ProcessEnv): string => {
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(base, 'countersign', 'bin');
};

/**
 * Downloads into `folder`; the file appears whole or not at all.
 * @throws {Error} that says in one sentence what was refused
 */
export const downloadTemporal = async (folder: string): Promise<string> => {
  const url = downloadUrl(process.platform, process.arch);
  const progress = showProgress('downloading Temporal');
  const stop = new AbortController();
  const connecting = setTimeout(() => stop.abort(), connectTimeoutMs);
  const work = await mkdtemp(join(folder, 'download-'));
  try {
    const whole = AbortSignal.timeout(downloadTimeoutMs);
    const answer = await fetch(url, { signal: AbortSignal.any([stop.signal, whole]) });
    clearTimeout(connecting);
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    const size = Number(answer.headers.get('content-length') ?? 0);
    if (size > archiveBytesMax) throw new Error(`${size} bytes is more than a release has`);
    const archive = join(work, 'temporal.tar.gz');
    await writeFile(archive, Buffer.from(await answer.arrayBuffer()));
    await run('tar', ['-xzf', archive, '-C', work, 'temporal'], process.env, downloadTimeoutMs);
    const path = join(folder, 'temporal');
    await rename(join(work, 'temporal'), path);
    return path;
  } catch (error) {
    const why = stop.signal.aborted
      ? `no answer within ${connectTimeoutMs / 1000} s`
      : reasonOf(error);
    throw new Error(`the download from ${new URL(url).host} failed: ${why}`, { cause: error });
  } finally {
    clearTimeout(connecting);
    progress.end();
    await rm(work, { recursive: true, force: true });
  }
};

/** The module that Temporal is built from, with the checksums of all that goes into it. */
const engine = fileURLToPath(new URL('engine', import.meta.url));

/** Nothing for debuggers, and no paths of this machine. */
const lean = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];

/** Builds with Go, which takes about three minutes. @throws {Error} without Go, or with the end of its output. */
export const buildTemporal = async (folder: string, env: NodeJS.ProcessEnv): Promise<string> => {
  const go = await findProgram('go', env, ['/usr/local/go/bin', '/opt/homebrew/bin']);
  if (!go) throw new Error('Go is not installed, so Temporal cannot be built either');
  const work = await mkdtemp(join(folder, 'build-'));
  const progress = showProgress(
    `building Temporal ${temporalCliVersion} with Go (about 3 minutes)`,
  );
  try {
    const built = join(work, 'temporal');
    const paths = `${dirname(go)}${delimiter}${env['PATH'] ?? ''}`;
    const place = { ...env, PATH: paths, GOWORK: 'off' };
    await run(go, ['build', ...lean, '-o', built, '.'], place, buildTimeoutMs, engine);
    const path = join(folder, 'temporal');
    await rename(built, path);
    return path;
  } finally {
    progress.end();
    await rm(work, { recursive: true, force: true });
  }
};

/** First executable of that name in PATH, then in the other folders. */
export const findProgram = async (
  name: string,
  env: NodeJS.ProcessEnv,
  others: readonly string[] = [],
): Promise<string | undefined> => {
  for (const folder of [...(env['PATH'] ?? '').split(delimiter), ...others]) {
    if (folder === '') continue;
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
};

export const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

export const makeCache = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
};

const outputKept = 2000;

const run = async (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeout: number,
  cwd?: string,
): Promise<void> => {
  const child = spawn(command, args, { cwd, env, timeout, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    output = (output + text).slice(-outputKept);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${output.trim()}`);
};

/** `fetch failed` says nothing; the cause does. */
const reasonOf = (error: unknown): string =>
  messageOf(isError(error) && isError(error.cause) ? error.cause : error);
