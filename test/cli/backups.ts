import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkHere, takeBackup, type CheckedHere, type Taken } from '../../cli/backup/orders.ts';
import { restoreBackup, type Restored, type RestoreOrder } from '../../cli/backup/restore.ts';
import { openSecrets } from '../../adapters/secrets/aesGcm.ts';
import { countersign } from './terminal.ts';
import { administrator, append, keeping, keyOf, newFolder, start, stopAll } from '../ledger/rig.ts';

/* A data folder with a log, a ledger over it and sealed values, without a server. */

export const program = fileURLToPath(new URL('../../cli/countersign.ts', import.meta.url));

export type Made = {
  readonly data: string;
  readonly keys: string;
  readonly masterKey: Buffer;
  /** Public key of the ledger. */
  readonly publicKey: string;
};

/** Commits of three events each, a checkpoint in the middle and one at the end. */
export const madeData = async (commits = 8): Promise<Made> => {
  const data = newFolder();
  const keys = `${data}-keys`;
  const masterKey = randomBytes(32);
  mkdirSync(keys, { mode: 0o700 });
  writeFileSync(join(keys, 'master.key'), `${masterKey.toString('base64url')}\n`, { mode: 0o600 });
  const rig = await start(data);
  await keeping(rig);
  for (let commit = 1; commit <= commits; commit += 1) {
    await append(rig.events, 3);
    // Commits within a millisecond would be taken for one.
    await new Promise((resolve) => setTimeout(resolve, 3));
    if (commit === Math.ceil(commits / 2)) await rig.role.signCheckpoint(administrator);
  }
  const publicKey = await keyOf(rig);
  await stopAll();
  copyFileSync(join(data, 'keys', 'ledger.key'), join(keys, 'ledger.key'));
  const secrets = openSecrets({ file: join(data, 'store', 'keys.db'), masterKey });
  await secrets.close();
  return { data, keys, masterKey, publicKey };
};

/** What a command prints with `--json`, and its exit code. */
export const told = async (
  ...words: readonly string[]
): Promise<{ readonly code: number | null; readonly said: Readonly<Record<string, unknown>> }> => {
  const { code, out, err } = await countersign(...words, '--json');
  if (out === '') throw new Error(`${words.join(' ')} ends with ${code}: ${err}`);
  return { code, said: JSON.parse(out) as Record<string, unknown> };
};

/** A command that is killed as soon as something is so, unless it has ended by then. */
export const killedWhen = (
  isTime: () => boolean,
  ...words: readonly string[]
): Promise<NodeJS.Signals | null> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...words], {
      stdio: 'ignore',
      env: { ...process.env, COUNTERSIGN_DATA: undefined },
    });
    const timer = setInterval(() => isTime() && child.kill('SIGKILL'), 2);
    child.once('exit', (_, signal) => {
      clearInterval(timer);
      resolve(signal);
    });
  });

export const killedAfter = (ms: number, ...words: readonly string[]) => {
  const from = performance.now();
  return killedWhen(() => performance.now() - from >= ms, ...words);
};

const silent = () => () => undefined;

/** The commands in this process; a process for each would cost most of the time. */
export const backUp = ({ data }: Pick<Made, 'data'>, to = `${data}-backups`): Promise<Taken> =>
  takeBackup({ data, to, step: silent });
export const restore = (
  from: string,
  data: string,
  more: Partial<RestoreOrder> = {},
): Promise<Restored> =>
  restoreBackup({
    from,
    data,
    until: undefined,
    anchors: [],
    newLedgerKey: false,
    step: silent,
    ...more,
  });
export const check = ({ data }: Pick<Made, 'data'>, backup: string): CheckedHere =>
  checkHere(data, backup, silent);

export const keysFor = (
  data: string,
  { keys }: Made,
  names: readonly string[] = ['master.key', 'ledger.key'],
): void => {
  mkdirSync(`${data}-keys`, { mode: 0o700 });
  for (const name of names) copyFileSync(join(keys, name), join(`${data}-keys`, name));
};
