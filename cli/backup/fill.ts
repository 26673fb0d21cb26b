import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { erasedFile, readErased } from '../../adapters/backup/erasedList.ts';
import { copyFile } from '../../adapters/backup/files.ts';
import { backupFiles, isSealedBy, type Manifest } from '../../adapters/backup/manifest.ts';
import { destroyAlso, destroyedIn, rootIn } from '../../adapters/secrets/tombstones.ts';
import { CommandFault } from '../fault.ts';
import { backupsIn } from './folder.ts';
import type { Place } from './place.ts';

/** A follower that was further than the log is now would pass over what comes next. */
const writePosition = (from: string, to: string, kept: number): void => {
  const position = Number(readFileSync(from, 'utf8').trim());
  const next = Number.isSafeInteger(position) ? Math.min(position, kept) : kept;
  writeFileSync(to, `${next}\n`, { flag: 'wx', mode: 0o600 });
};

/** Settings, recordings, uploads, anchors and positions, each where it was in the data folder. */
export const copyMore = (path: string, { files }: Manifest, draft: string, kept: number): void => {
  const prefix = `${backupFiles.more}/`;
  for (const { path: file } of files) {
    if (!file.startsWith(prefix)) continue;
    const target = join(draft, file.slice(prefix.length));
    if (file.endsWith('.position')) writePosition(join(path, file), target, kept);
    else copyFile(join(path, file), target);
  }
};

/**
 * Destroys keys that were destroyed after the backup: as the lists outside say, and the newer backups beside this one.
 * @returns how many people that are
 */
export const eraseIn = (keys: string, path: string, manifest: Manifest, place: Place): number => {
  const rootKey = rootIn(keys, place.masterKeys);
  if (!rootKey) throw new CommandFault('the backup was made with another master key');
  const before = new Set(destroyedIn(keys).erased.map(({ owner }) => owner));
  for (const { name, path: other, manifest: newer } of backupsIn(dirname(path)))
    if (name > manifest.name && newer && isSealedBy(newer, rootKey))
      destroyAlso(keys, destroyedIn(join(other, newer.keys)));
  const lists = [
    `${place.layout.root}-keys`,
    place.anchors,
    join(path, backupFiles.more, 'anchors'),
  ];
  for (const folder of lists)
    destroyAlso(keys, { erased: readErased(join(folder, erasedFile), rootKey) });
  return destroyedIn(keys).erased.filter(
    ({ owner }) => owner.startsWith('user:') && !before.has(owner),
  ).length;
};
