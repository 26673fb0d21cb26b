import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Manifest } from '../../adapters/backup/manifest.ts';
import { destroyedIn, lingering } from '../../adapters/secrets/tombstones.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { CommandFault, UsageFault } from '../fault.ts';
import { checkBackup } from './check.ts';
import { backupsIn, inFolder, isWithin } from './folder.ts';
import type { Step } from '../folder/steps.ts';
import { makeBackup } from './make.ts';
import { placeOf, rootKeyOf } from './place.ts';
import { recordFact } from '../folder/record.ts';
import { scrubBackups, type Scrubbed } from './scrub.ts';

/* What the commands do, apart from how it is said. */

export type Taken = {
  readonly backup: string;
  readonly path: string;
  readonly position: number;
  readonly sizeBytes: number;
  readonly durationMs: number;
  readonly log: Manifest['log'];
  /** Older backups that keys were taken out of, which had been destroyed since. */
  readonly scrubbed: readonly Scrubbed[];
};

/** Makes a backup of a data folder, puts it on record, and brings the older ones beside it up to date. */
export const takeBackup = async (order: {
  readonly data: string;
  readonly to: string;
  /** Has everything signed that is on record, where a server runs. */
  readonly signFirst?: () => Promise<void>;
  readonly step: Step;
}): Promise<Taken> => {
  const { data, to, signFirst, step } = order;
  const from = performance.now();
  const place = placeOf(data);
  const { root, events, keys } = place.layout;
  if (isWithin(to, root) || isWithin(to, `${root}-keys`))
    throw new UsageFault(`${to} lies in what is to be saved: choose another folder`);
  await signFirst?.();
  const { manifest, path, sizeBytes, scrubbed } = await inFolder(to, async () => {
    const made = await makeBackup(place, to, step);
    return { ...made, scrubbed: scrubBackups(to, destroyedIn(keys), rootKeyOf(place)) };
  });
  const { name, log } = manifest;
  const durationMs = Math.round(performance.now() - from);
  const facts = { backup: name, position: log.position, sizeBytes, durationMs };
  await recordFact(events, { type: 'SystemBackupMade', data: facts });
  return { ...facts, path, log, scrubbed };
};

export const listBackups = (folder: string) =>
  backupsIn(folder).map(({ name, path, manifest }) => ({
    name,
    path,
    isWhole: manifest !== undefined,
    ...(manifest
      ? {
          madeAt: manifest.madeAt,
          position: manifest.log.position,
          sizeBytes: manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        }
      : {}),
  }));

export type CheckedHere = {
  readonly ok: boolean;
  readonly name: string;
  readonly madeAt: string;
  readonly position: number;
  readonly signedSize: number;
  readonly faults: readonly string[];
  /** Keys in it that this data folder has destroyed since; absent where there is none to ask. */
  readonly destroyedKeys?: number;
};

/** Reads a backup through; with a data folder at hand, its master keys say whether the manifest is genuine. */
export const checkHere = (data: string, backup: string, step: Step): CheckedHere => {
  const here = existsSync(layoutOf(resolve(data)).keys) ? placeOf(data) : undefined;
  const { manifest, log, faults } = checkBackup(backup, {
    step,
    ...(here ? { masterKeys: here.masterKeys } : {}),
  });
  const ok = faults.length === 0;
  const table = join(backup, manifest.keys);
  return {
    ok,
    name: manifest.name,
    madeAt: manifest.madeAt,
    position: manifest.log.position,
    signedSize: log?.signedSize ?? 0,
    faults,
    ...(here && ok ? { destroyedKeys: lingering(table, destroyedIn(here.layout.keys)) } : {}),
  };
};

export const scrubHere = async (data: string, folder: string): Promise<readonly Scrubbed[]> => {
  if (!existsSync(folder)) throw new CommandFault(`there is no folder ${folder}`);
  const place = placeOf(data);
  return await inFolder(folder, async () =>
    scrubBackups(folder, destroyedIn(place.layout.keys), rootKeyOf(place)),
  );
};
