import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, hashFile } from '../../adapters/backup/files.ts';
import {
  backupFiles,
  isSealedBy,
  manifestFile,
  readManifest,
  type ReadManifest,
} from '../../adapters/backup/manifest.ts';
import { rootIn } from '../../adapters/secrets/tombstones.ts';
import { notesIn } from '../verify/source.ts';
import { inspectLog, printFault, type Inspected } from './inspect.ts';
import type { Step } from '../folder/steps.ts';

export type Checked = {
  readonly manifest: ReadManifest;
  /** Absent where its files are not those that were copied. */
  readonly log?: Inspected;
  /** Everything that is wrong, in words; empty where the backup can be restored. */
  readonly faults: readonly string[];
};

export type CheckOptions = {
  readonly masterKeys?: readonly Uint8Array[];
  /** How many events of the log are wanted, from the first on; all where absent. Asked once its file is known to be whole. */
  readonly upTo?: (events: string) => number;
  readonly step: Step;
};

export const anchorsIn = (backup: string): readonly string[] =>
  notesIn(join(backup, backupFiles.more, 'anchors', 'checkpoints.txt'));

const sealFaults = (
  path: string,
  manifest: ReadManifest,
  masterKeys: readonly Uint8Array[] | undefined,
): readonly string[] => {
  const keys = join(path, manifest.keys);
  if (!masterKeys || !existsSync(keys)) return [];
  const rootKey = rootIn(keys, masterKeys);
  if (!rootKey) return ['it was made with another master key'];
  return isSealedBy(manifest, rootKey) ? [] : [`${manifestFile} was altered`];
};

/** What a crash leaves while keys of erased people are taken out. */
const leftOver = /^(?:keys-\d+\.db(?:-journal)?|backup\.json\.next)$/;

const fileFaults = (path: string, manifest: ReadManifest, step: Step): readonly string[] => {
  const total = manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const report = step('bytes read');
  const faults: string[] = [];
  let done = 0;
  const known = new Set([manifestFile, ...manifest.files.map((file) => file.path)]);
  for (const found of filesBelow(path))
    if (!known.has(found) && !leftOver.test(found)) faults.push(`${found} does not belong to it`);
  for (const { path: name, sizeBytes, sha256 } of manifest.files) {
    const file = join(path, name);
    if (!existsSync(file)) faults.push(`${name} is missing`);
    else {
      const hashed = hashFile(file, (many) => report((done += many), total));
      if (hashed.sha256 !== sha256 || hashed.sizeBytes !== sizeBytes)
        faults.push(`${name} is not what was copied`);
    }
  }
  return faults;
};

/**
 * Reads a backup through and compares it with its manifest, and the log in it with its ledger. With the master keys it tells
 * also whether somebody else wrote the manifest.
 * @throws {NoBackup}
 */
export const checkBackup = (path: string, options: CheckOptions): Checked => {
  const { masterKeys, step } = options;
  const manifest = readManifest(path);
  const broken = [...sealFaults(path, manifest, masterKeys), ...fileFaults(path, manifest, step)];
  if (broken.length > 0) return { manifest, faults: broken };
  const events = join(path, backupFiles.events);
  const upTo = options.upTo?.(events) ?? Infinity;
  const log = inspectLog(events, {
    upTo,
    notes: anchorsIn(path),
    onProgress: step('events verified'),
  });
  const isWhole = upTo >= manifest.log.position;
  const faults = [
    ...(log.fault ? [`the log in it is broken: ${printFault(log.fault)}`] : []),
    ...(isWhole && (log.events !== manifest.log.position || log.root !== manifest.log.root)
      ? ['the log in it is not the one that was copied']
      : []),
  ];
  return { manifest, log, faults };
};
