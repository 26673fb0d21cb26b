import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { copyFile, syncPath, settleTree } from '../../adapters/backup/files.ts';
import { backupFiles, manifestFile, type Manifest } from '../../adapters/backup/manifest.ts';
import { readVerifier } from '../../adapters/ledger/notes.ts';
import type { Signer } from '../../adapters/ledger/port.ts';
import { openSigner } from '../../adapters/ledger/signer.ts';
import { layoutOf, type DataLayout } from '../../runtime/dataFolder.ts';
import { CommandFault } from '../fault.ts';
import { notesIn } from '../verify/source.ts';
import { acknowledge } from './acknowledge.ts';
import { anchorsIn, checkBackup } from './check.ts';
import { lastKept, writeBeginning } from './cut.ts';
import { copyMore, eraseIn } from './fill.ts';
import { backupsIn } from './folder.ts';
import { signedAbout } from './inspect.ts';
import type { Step } from '../folder/steps.ts';
import { placeOf, type Place } from './place.ts';
import { recordFact } from '../folder/record.ts';

export type RestoreOrder = {
  /** A backup, or a folder of backups, of which the newest is taken. */
  readonly from: string;
  /** The new data folder. */
  readonly data: string;
  /** A position or a time; the end of the backup where absent. */
  readonly until: string | undefined;
  /** Files of checkpoints that were anchored elsewhere. */
  readonly anchors: readonly string[];
  /** The ledger's key is lost, or this is a rehearsal. */
  readonly newLedgerKey: boolean;
  readonly step: Step;
};

export type Restored = {
  readonly backup: string;
  readonly madeAt: string;
  readonly data: string;
  readonly position: number;
  readonly leftOut: number;
  readonly lost: number;
  readonly restorationId: string;
  /** People whose keys were in the backup and are destroyed again. */
  readonly erased: number;
};

/** A folder of this name is nobody else's: what a crash left in it is removed. */
const suffix = '.countersign-restoring';

const chosen = (from: string): string => {
  if (existsSync(join(from, manifestFile))) return from;
  const newest = backupsIn(from).findLast(({ manifest }) => manifest !== undefined);
  if (!newest) throw new CommandFault(`${from} is no backup, and holds none`);
  return newest.path;
};

const checkTarget = ({ root }: DataLayout): void => {
  if (existsSync(root) && readdirSync(root).length > 0)
    throw new CommandFault(
      `${root} is not empty: a backup is restored into a new folder; name one by --data`,
    );
};

const signerOf = (
  { ledgerKey }: DataLayout,
  { ledgerKey: first }: Manifest,
  makeNew: boolean,
): Signer => {
  const isThere = existsSync(ledgerKey);
  if (!isThere && !makeNew)
    throw new CommandFault(
      `${ledgerKey} is not there: put the ledger's key there, so that it can say that the log was put back; if it is lost, or to rehearse, add --new-ledger-key`,
    );
  if (isThere && makeNew)
    throw new CommandFault(`${ledgerKey} is there already: leave --new-ledger-key out`);
  return openSigner(ledgerKey, first === undefined ? undefined : readVerifier(first)?.name);
};

const parts = (version: string): readonly number[] => version.split('.').map(Number);
const isNewer = (version: string, than: string): boolean => {
  const [a, b] = [parts(version), parts(than)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
};
/** What a newer program wrote may have a form that this one does not know. */
const checkVersion = ({ program }: Manifest): void => {
  if (isNewer(program, packageJson.version))
    throw new CommandFault(
      `the backup was made by version ${program}, this is ${packageJson.version}: use that one or a later one`,
    );
};

const beginDraft = (draft: string): void => {
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(join(draft, 'store'), { recursive: true, mode: 0o700 });
};

/**
 * Makes a data folder from a backup, beside its name until all of it is on disk. Nothing is taken before the whole backup,
 * and the log in it as far as it is wanted, is as it was signed.
 * @throws {CommandFault} {NoBackup}
 */
export const restoreBackup = async (order: RestoreOrder): Promise<Restored> => {
  const { until, anchors, newLedgerKey, step } = order;
  const path = resolve(chosen(order.from));
  checkTarget(layoutOf(resolve(order.data)));
  const place = placeOf(order.data, join(path, backupFiles.more));
  const { layout, masterKeys } = place;
  let kept = 0;
  const upTo = (events: string): number => (kept = lastKept(events, until));
  const { manifest, log, faults } = checkBackup(path, { masterKeys, upTo, step });
  if (!log || faults.length > 0)
    throw new CommandFault(`${path} cannot be restored: ${faults.join('; ')}`);
  checkVersion(manifest);
  const absent = anchors.find((file) => !existsSync(file));
  if (absent !== undefined) throw new CommandFault(`there is no file of anchors ${absent}`);
  const outside = [...anchors, join(place.anchors, 'checkpoints.txt')].flatMap((file) =>
    notesIn(file),
  );
  const signer = signerOf(layout, manifest, newLedgerKey);

  const draft = `${layout.root}${suffix}`;
  beginDraft(draft);
  try {
    const fill = { path, manifest, place, draft, kept, root: log.root, signer, outside, step };
    const { erased, ...facts } = await fillDraft(fill);
    settleTree(draft);
    if (existsSync(layout.root)) rmdirSync(layout.root);
    renameSync(draft, layout.root);
    syncPath(dirname(layout.root));
    return { ...facts, data: layout.root, erased };
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
};

type Fill = {
  readonly path: string;
  readonly manifest: Manifest;
  readonly place: Place;
  readonly draft: string;
  readonly kept: number;
  readonly root: string;
  readonly signer: Signer;
  /** Notes that are known beside those of the backup. */
  readonly outside: readonly string[];
  readonly step: Step;
};

const fillDraft = async (fill: Fill): Promise<Omit<Restored, 'data'>> => {
  const { path, manifest, place, draft, kept, root, signer, outside, step } = fill;
  const { events, ledger, keys } = layoutOf(draft);
  const from = join(path, backupFiles.events);
  if (kept === manifest.log.position) copyFile(from, events);
  else await writeBeginning(from, events, kept, step('events written'));
  const signed = join(path, backupFiles.ledger);
  if (existsSync(signed)) copyFile(signed, ledger);
  copyFile(join(path, manifest.keys), keys);
  const erased = eraseIn(keys, path, manifest, place);
  copyMore(path, manifest, draft, kept);

  const key = readVerifier(signer.key.verifier);
  const about = signedAbout(from, {
    keys: key ? [key] : [],
    notes: [...anchorsIn(path), ...outside],
  });
  const at = new Date();
  const { note, restoration, lost } = acknowledge({
    ...about,
    events,
    ledger,
    kept,
    root,
    signer,
    at,
  });
  const facts = {
    restorationId: restoration.id,
    backup: manifest.name,
    madeAt: manifest.madeAt,
    position: kept,
    leftOut: manifest.log.position - kept,
    lost,
  };
  await recordFact(events, { type: 'SystemRestored', data: { ...facts, note } });
  return { ...facts, erased };
};
