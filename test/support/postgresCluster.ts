import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitForLock } from '../../runtime/fileLock.ts';

/** Of the user `countersign` in every cluster. */
export const password = 'a word for tests only';
const folderOfDebian = '/usr/lib/postgresql';

/** The newest installed version's programs; Debian keeps them off the PATH. */
export const binaries = (): string => {
  const newest = readdirSync(folderOfDebian)
    .map(Number)
    .toSorted((a, b) => b - a)
    .at(0);
  if (newest === undefined) throw new Error('install what Debian calls postgresql');
  return join(folderOfDebian, String(newest), 'bin');
};

/** PostgreSQL refuses to run as root. */
export const otherUser = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('there is no user postgres or nobody to run PostgreSQL as');
};

/** The order of texts is a language's, so that ours shows. */
const shape = ['-E', 'UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'];
const access = ['-U', 'countersign', '-A', 'scram-sha-256', '--no-sync'];

/** @param folder of a new cluster; its parent belongs to the user that runs it */
const makeCluster = (folder: string): void => {
  const user = otherUser();
  const word = `${folder}.password`;
  writeFileSync(word, password, { mode: 0o600 });
  if (user) chownSync(word, user.uid, user.gid);
  const made = spawnSync(
    join(binaries(), 'initdb'),
    ['-D', folder, ...shape, ...access, `--pwfile=${word}`],
    { encoding: 'utf8', cwd: tmpdir(), ...user },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
};

const lockedMs = 60_000;

/** An empty cluster, made once on this machine: to make one takes a second, to copy it a tenth. */
const emptyCluster = async (): Promise<string> => {
  const kind = createHash('sha256').update(JSON.stringify([binaries(), shape, access, password]));
  const path = join(tmpdir(), `countersign-postgres-${kind.digest('hex').slice(0, 12)}`);
  if (existsSync(path)) return path;
  const lock = await waitForLock(`${path}.lock`, lockedMs);
  try {
    if (existsSync(path)) return path;
    const user = otherUser();
    const work = mkdtempSync(`${path}-`);
    if (user) chownSync(work, user.uid, user.gid);
    makeCluster(join(work, 'data'));
    // It appears whole or not at all.
    renameSync(join(work, 'data'), path);
    rmSync(work, { recursive: true });
    return path;
  } finally {
    lock.release();
  }
};

/** Copies an empty cluster to a folder that is not there yet, with its owner. */
export const copyCluster = async (folder: string): Promise<void> => {
  const empty = await emptyCluster();
  const { status, stderr } = spawnSync('cp', ['-a', empty, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`PostgreSQL's files could not be copied: ${stderr}`);
};
