import { existsSync, linkSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createKey, loadMasterKey, masterKeyVariable, readKey, syncFolder } from './masterKey.ts';

/* Files of a rotation: the next master key beside the one in use, and those that were in use before. */

const retired = '.old';
/** Rotations of which the old key may still lie there. */
const maxRetired = 1_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the next master key is while it takes over. */
export const nextKeyFile = (file: string): string => `${file}.next`;

const retiredFiles = (file: string): readonly string[] => {
  const prefix = `${basename(file)}.`;
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && name.endsWith(retired))
    .slice(0, maxRetired)
    .map((name) => join(dirname(file), name));
};

/**
 * Every master key that is at hand: the one in use, the next one, and earlier ones, which backups from their time need.
 * @throws {MasterKeyUnusable}
 */
export const masterKeysAt = (
  file: string,
  environment: Environment = process.env,
): readonly Buffer[] => {
  const isGiven = environment[masterKeyVariable] !== undefined;
  const inUse = isGiven ? loadMasterKey(file, environment) : readKey(file);
  const beside = existsSync(dirname(file)) ? [nextKeyFile(file), ...retiredFiles(file)] : [];
  return [inUse, ...beside.map(readKey)].filter((key) => key !== undefined);
};

/** The next master key, made where nobody has put one there. */
export const openNextKey = (file: string): Buffer =>
  readKey(nextKeyFile(file)) ?? createKey(nextKeyFile(file));

/**
 * Puts the next master key in the place of the one in use, which stays beside it under a name of its own.
 * @returns the file of the old one
 */
export const placeNextKey = (file: string, name: string): string => {
  const old = `${file}.${name}${retired}`;
  // A crash in between has left the old one under both names.
  if (!existsSync(old)) linkSync(file, old);
  syncFolder(dirname(file));
  renameSync(nextKeyFile(file), file);
  syncFolder(dirname(file));
  return old;
};
