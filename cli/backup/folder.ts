import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { NoBackup, readManifest, type ReadManifest } from '../../adapters/backup/manifest.ts';
import { tryLock } from '../../runtime/fileLock.ts';
import { CommandFault } from '../fault.ts';

/** What a backup that is not whole yet is called by. */
export const unfinished = '.partial';
const lockFile = '.lock';

/** `20261122T101530.123Z`: sorted by name is sorted by time. */
export const backupName = (at: Date): string =>
  `countersign-${at.toISOString().replaceAll(/[-:]/g, '')}`;

export type Kept = {
  readonly name: string;
  readonly path: string;
  /** Absent where it is not whole. */
  readonly manifest?: ReadManifest;
};

const manifestAt = (path: string): { manifest?: ReadManifest } => {
  try {
    return { manifest: readManifest(path) };
  } catch (error) {
    if (error instanceof NoBackup) return {};
    throw error;
  }
};

/** The backups in a folder, the oldest first, half ones too. */
export const backupsIn = (folder: string): readonly Kept[] => {
  if (!existsSync(folder)) throw new CommandFault(`there is no folder ${folder}`);
  return readdirSync(folder)
    .filter(
      (name) => name.startsWith('countersign-') && lstatSync(join(folder, name)).isDirectory(),
    )
    .toSorted()
    .map((name) => {
      const path = join(folder, name);
      return { name, path, ...(name.endsWith(unfinished) ? {} : manifestAt(path)) };
    });
};

/** One command works in a folder of backups at a time; what a crashed one left half done is removed. */
export const inFolder = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = tryLock(join(folder, lockFile));
  if (!lock) throw new CommandFault(`another backup is being written to ${folder}`);
  try {
    // Nobody else writes here, so that whatever is half done stays so.
    for (const { name, path } of backupsIn(folder))
      if (name.endsWith(unfinished)) rmSync(path, { recursive: true });
    return await work();
  } finally {
    lock.release();
  }
};

/** Whether one path is, or lies in, another. */
export const isWithin = (path: string, folder: string): boolean => {
  const between = relative(resolve(folder), resolve(path));
  return between === '' || !between.startsWith('..');
};
