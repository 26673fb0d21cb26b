import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { findTemporal } from '../runtime/temporalBinary.ts';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const bytesPerGiB = 1024 ** 3;

const packageVersion = (name: string): string =>
  (require(`${name}/package.json`) as { version: string }).version;

const sqliteVersion = (): string => {
  const db = new DatabaseSync(':memory:');
  try {
    return String(db.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  } finally {
    db.close();
  }
};

/** The CLI's own version (0.0.0-DEV where Go built it from source), from a line such as `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. */
const cliVersion = (path: string): string => {
  const said = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return /\d+\.\d+\.\d+[\w.-]*/.exec(said)?.[0] ?? 'unknown';
};

/** What the figures were made on; neither its name nor where anything lies. */
export const machine = () => ({
  cores: availableParallelism(),
  memoryGiB: Math.round((totalmem() / bytesPerGiB) * 10) / 10,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  // What follows the first dash is the builder's own mark.
  os: `${platform()} ${release().split('-')[0]} ${arch()}`,
});

export const versions = async () => {
  const temporal = await findTemporal();
  return {
    node: process.versions.node,
    temporalServer: temporal.server,
    temporalCli: cliVersion(temporal.path),
    temporalSdk: packageVersion('@temporalio/worker'),
    sqlite: sqliteVersion(),
    countersign: (require('../package.json') as { version: string }).version,
  };
};

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

/** Short id of the commit, with `+` where the work tree differs from it. */
export const commit = (): string => {
  try {
    const changed = git('status', '--porcelain', '--', '.', ':!bench/results') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown'; // An unpacked archive has no history.
  }
};
