import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyFile, hashFile, syncPath } from '../../adapters/backup/files.ts';
import {
  bodyOf,
  isSealedBy,
  keysFile,
  manifestFile,
  printManifest,
  type ReadManifest,
} from '../../adapters/backup/manifest.ts';
import { destroyAlso, lingering, type Destroyed } from '../../adapters/secrets/tombstones.ts';
import { backupsIn, type Kept } from './folder.ts';

const numberOf = (file: string): number => Number(/\d+/.exec(file)?.[0] ?? 0);

/** Overwritten before it goes, which is as much as a file system lets anybody do. */
const shred = (file: string): void => {
  if (!existsSync(file)) return;
  writeFileSync(file, Buffer.alloc(statSync(file).size), { flag: 'r+', flush: true });
  rmSync(file);
};

/** Another key table beside the old one, then the manifest that names it, then the old one's end: a crash leaves a whole backup. */
const renew = (
  path: string,
  manifest: ReadManifest,
  destroyed: Destroyed,
  rootKey: Uint8Array,
): void => {
  const { keys: old } = manifest;
  const next = keysFile(numberOf(old) + 1);
  rmSync(join(path, next), { force: true });
  copyFile(join(path, old), join(path, next));
  destroyAlso(join(path, next), destroyed);
  syncPath(join(path, next));
  const files = manifest.files.map((file) =>
    file.path === old ? { path: next, ...hashFile(join(path, next)) } : file,
  );
  const printed = printManifest({ ...bodyOf(manifest), keys: next, files }, rootKey);
  const draft = join(path, `${manifestFile}.next`);
  writeFileSync(draft, printed, { mode: 0o600, flush: true });
  renameSync(draft, join(path, manifestFile));
  syncPath(path);
  shred(join(path, old));
};

export type Scrubbed = { readonly name: string; readonly keys: number };

/**
 * Takes keys that were destroyed since out of the backups of a folder (SEC-76). A backup of another deployment is
 * left alone, and so is one that is not whole.
 */
export const scrubBackups = (
  folder: string,
  destroyed: Destroyed,
  rootKey: Uint8Array,
): readonly Scrubbed[] =>
  backupsIn(folder).flatMap(({ name, path, manifest }: Kept): readonly Scrubbed[] => {
    if (!manifest || !isSealedBy(manifest, rootKey)) return [];
    // What a crash left of an earlier table has no place in the manifest.
    for (let number = 1; number < numberOf(manifest.keys); number += 1)
      shred(join(path, keysFile(number)));
    const keys = lingering(join(path, manifest.keys), destroyed);
    if (keys > 0) renew(path, manifest, destroyed, rootKey);
    return keys > 0 ? [{ name, keys }] : [];
  });
