import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { masterKeyVariable, MasterKeyUnusable } from '../../adapters/secrets/masterKey.ts';
import { masterKeysAt } from '../../adapters/secrets/masterKeyFiles.ts';
import { ConfigError, loadConfig } from '../../config/load.ts';
import type { DataLayout } from '../../runtime/dataFolder.ts';
import { CommandFault, UsageFault } from '../fault.ts';

/* What commands that work on a data folder itself, without a server, must know of it. */

export type MasterKeysOfFolder = {
  readonly masterKeyFile: string;
  /** The master key, and others that are at hand: one of them made the key table. */
  readonly masterKeys: readonly Buffer[];
};

const wrapped = (fault: CommandFault, cause: unknown): CommandFault =>
  Object.assign(fault, { cause });

type Config = ReturnType<typeof loadConfig>;

/** The settings as the server reads them, from the environment and a folder with a countersign.json. */
export const configOf = (folder: string): Config => {
  try {
    return loadConfig({ commandLine: { data: folder }, environment: process.env });
  } catch (error) {
    if (error instanceof ConfigError) throw wrapped(new UsageFault(error.message), error);
    throw error;
  }
};

/**
 * Where the master key of a data folder is, and every master key that is at hand.
 * @throws {CommandFault} where there is none; none is ever made here
 */
export const keysOf = (
  { root }: DataLayout,
  { masterKeyFile: named }: Config,
): MasterKeysOfFolder => {
  const masterKeyFile = named ?? join(`${root}-keys`, 'master.key');
  if (process.env[masterKeyVariable] === undefined && !existsSync(masterKeyFile))
    throw new CommandFault(
      `the master key is not in ${masterKeyFile}: put it there, or give it by ${masterKeyVariable} as the server gets it`,
    );
  try {
    return { masterKeyFile, masterKeys: masterKeysAt(masterKeyFile) };
  } catch (error) {
    if (error instanceof MasterKeyUnusable) throw wrapped(new CommandFault(error.message), error);
    throw error;
  }
};
