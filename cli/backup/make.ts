import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import {
  copyFile,
  filesBelow,
  hashFile,
  syncPath,
  settleTree,
} from '../../adapters/backup/files.ts';
import {
  backupFiles,
  keysFile,
  manifestFile,
  printManifest,
  type BackupEntry,
  type Manifest,
} from '../../adapters/backup/manifest.ts';
import { copyDatabase } from '../../adapters/backup/pages.ts';
import { printVerifier, type Verifier } from '../../adapters/ledger/notes.ts';
import { openSqliteLedger } from '../../adapters/ledger/sqliteLedger.ts';
import { treeHash } from '../../adapters/ledger/treeHash.ts';
import type { DataLayout } from '../../runtime/dataFolder.ts';
import { CommandFault } from '../fault.ts';
import { backupName, unfinished } from './folder.ts';
import { inspectLog, printFault } from './inspect.ts';
import type { Step } from '../folder/steps.ts';
import { rootKeyOf, type Place } from './place.ts';

/**
 * What is copied as it is, by its path in the data folder: before the log what must not be ahead of it, after it what it
 * speaks of. Views and the workflow engine are made anew from the log.
 */
const [before, after] = [
  ['countersign.json', 'anchors'],
  ['voice', 'uploads'],
];
const isPosition = /^[\w.-]+\.position$/;
/** The copy may grow while it is made, and the disk is not ours alone. */
const spareBytes = 64 * 1_048_576;

export type Made = {
  readonly manifest: Manifest;
  readonly path: string;
  readonly sizeBytes: number;
};

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

const filesOf = ({ root }: DataLayout, names: readonly string[]): readonly string[] =>
  names.flatMap((name) => {
    const path = join(root, name);
    if (!existsSync(path)) return [];
    return statSync(path).isDirectory() ? [...filesBelow(path, `${name}/`)] : [name];
  });
/** How far followers of the log have come. */
const positionsOf = ({ store }: DataLayout): readonly string[] =>
  readdirSync(store)
    .filter((name) => isPosition.test(name))
    .map((name) => `store/${name}`);

const checkSpace = ({ layout }: Place, folder: string): void => {
  const more = filesOf(layout, [...before, ...after]);
  const databases = [layout.events, `${layout.events}-wal`, layout.ledger, layout.keys];
  const files = [...databases, ...more.map((path) => join(layout.root, path))];
  const needed = files.reduce((sum, path) => sum + sizeOf(path), spareBytes);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < needed)
    throw new CommandFault(
      `${folder} has ${bavail * bsize} bytes left, and the backup may need ${needed}: make room, or choose another --to`,
    );
};

/** An upload or a position may go away, or get its next state, while it is read. */
const copyIfThere = (from: string, to: string): boolean => {
  try {
    copyFile(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
};

const newestCheckpoint = (ledger: string): string | undefined => {
  if (!existsSync(ledger)) return undefined;
  const store = openSqliteLedger(ledger, treeHash(), { readOnly: true });
  try {
    return store.checkpoints().findLast(({ isVoid }) => !isVoid)?.note;
  } finally {
    store.close();
  }
};

const ledgerKeyOf = ([first]: readonly Verifier[]): Pick<Manifest, 'ledgerKey'> =>
  first ? { ledgerKey: printVerifier(first) } : {};

/**
 * Writes a whole backup into a folder, beside its final name until all of it is on disk. Order matters: the ledger has
 * hashed nothing that the log lacks, and the log has nothing whose key is not in the key table, so each is taken after the
 * one that depends on it.
 */
export const makeBackup = async (place: Place, folder: string, step: Step): Promise<Made> => {
  const { layout } = place;
  if (!existsSync(layout.events))
    throw new CommandFault(`${layout.root} has no log: name the data folder by --data`);
  const at = new Date();
  const name = backupName(at);
  const path = join(folder, name);
  const draft = `${path}${unfinished}`;
  checkSpace(place, folder);
  mkdirSync(draft, { mode: 0o700 });
  try {
    const paths: string[] = [];
    const copy = (names: readonly string[]): void => {
      for (const file of names)
        if (copyIfThere(join(layout.root, file), join(draft, backupFiles.more, file)))
          paths.push(`${backupFiles.more}/${file}`);
    };
    copy([...positionsOf(layout), ...filesOf(layout, before)]);
    if (existsSync(layout.ledger)) {
      await copyDatabase(layout.ledger, join(draft, backupFiles.ledger), { look: () => undefined });
      paths.push(backupFiles.ledger);
    }
    const { position, lastRecordedAt } = await copyDatabase(
      layout.events,
      join(draft, backupFiles.events),
      {
        look: (db) => {
          const last = db
            .prepare('SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1')
            .get();
          return {
            position: Number(last?.['position'] ?? 0),
            lastRecordedAt: last ? String(last['recorded_at']) : undefined,
          };
        },
        onProgress: step('pages copied'),
      },
    );
    await copyDatabase(layout.keys, join(draft, keysFile(1)), { look: () => undefined });
    paths.push(backupFiles.events, keysFile(1));
    copy(filesOf(layout, after));

    const found = inspectLog(join(draft, backupFiles.events), {
      onProgress: step('events verified'),
    });
    const files: BackupEntry[] = paths.toSorted().map((file) => {
      syncPath(join(draft, file));
      return { path: file, ...hashFile(join(draft, file)) };
    });
    const checkpoint = newestCheckpoint(join(draft, backupFiles.ledger));
    const manifest: Manifest = {
      format: 'countersign-backup',
      version: 1,
      name,
      madeAt: at.toISOString(),
      program: packageJson.version,
      log: {
        position,
        root: found.root,
        signedSize: found.signedSize,
        ...(checkpoint === undefined ? {} : { checkpoint }),
        ...(lastRecordedAt === undefined ? {} : { lastRecordedAt }),
        ...(found.fault ? { fault: printFault(found.fault) } : {}),
      },
      ...ledgerKeyOf(found.trusted.keys),
      keys: keysFile(1),
      files,
    };
    const printed = printManifest(manifest, rootKeyOf(place));
    writeFileSync(join(draft, manifestFile), printed, { mode: 0o600, flush: true });
    settleTree(draft);
    renameSync(draft, path);
    syncPath(folder);
    return { manifest, path, sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
};
