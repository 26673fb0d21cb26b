import { existsSync, rmSync } from 'node:fs';
import { masterKeyVariable, readKey } from '../../adapters/secrets/masterKey.ts';
import {
  masterKeysAt,
  nextKeyFile,
  openNextKey,
  placeNextKey,
} from '../../adapters/secrets/masterKeyFiles.ts';
import { markOf } from '../../adapters/secrets/masters.ts';
import type { Rotation } from '../../adapters/secrets/rotation.ts';
import { CommandFault } from '../fault.ts';

/** Of a mark, to tell files of old keys apart. */
const nameDigits = 8;

const isGiven = (): boolean => process.env[masterKeyVariable] !== undefined;

/**
 * The master key that a rotation is to begin with; undefined where one is under way, or has ended and its key has not
 * been put in its place yet.
 */
export const dueKey = (rotation: Rotation, masterKeyFile: string): Uint8Array | undefined => {
  const { isDone, generation } = rotation.state();
  if (!isDone) return undefined;
  const [inUse] = masterKeysAt(masterKeyFile);
  if (!inUse) throw new CommandFault(`there is no master key in ${masterKeyFile}`);
  const nextFile = nextKeyFile(masterKeyFile);
  const next = readKey(nextFile);
  const known = next && rotation.generationOfKey(next);
  if (known === generation) {
    if (rotation.generationOfKey(inUse) !== generation) return undefined;
    // Servers get it by the environment by now.
    rmSync(nextFile);
  } else if (known !== undefined)
    throw new CommandFault(`the key in ${nextFile} was a master key before: remove the file`);
  // After a restore of a backup from before a rotation, the key in use is the next one.
  return rotation.generationOfKey(inUse) === undefined ? inUse : openNextKey(masterKeyFile);
};

export type Placed = {
  /** Where the master key is now. */
  readonly keyFile: string;
  /** Where the one before it is. */
  readonly oldKeyFile?: string;
  /** Servers get the old key by the environment, and are to be given the new one. */
  readonly isToBeGiven: boolean;
};

/** Puts the key of a rotation that has ended in its place. */
export const placeKey = (masterKeyFile: string): Placed => {
  const nextFile = nextKeyFile(masterKeyFile);
  if (!existsSync(nextFile)) return { keyFile: masterKeyFile, isToBeGiven: false };
  if (isGiven()) return { keyFile: nextFile, isToBeGiven: true };
  const inUse = readKey(masterKeyFile);
  if (!inUse) throw new CommandFault(`there is no master key in ${masterKeyFile}`);
  const oldKeyFile = placeNextKey(masterKeyFile, markOf(inUse).slice(0, nameDigits));
  return { keyFile: masterKeyFile, oldKeyFile, isToBeGiven: false };
};
