import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { masterKeyVariable, MasterKeyUnusable } from '../../adapters/secrets/masterKey.ts';
import { masterKeysAt } from '../../adapters/secrets/masterKeyFiles.ts';
import { rootIn } from '../../adapters/secrets/tombstones.ts';
import { ConfigError, loadConfig } from '../../config/load.ts';
import { layoutOf, type DataLayout } from '../../runtime/dataFolder.ts';
import { CommandFault, UsageFault } from '../fault.ts';

/** A data folder with what belongs to it and lies elsewhere. */
export type Place = {
  readonly layout: DataLayout;
  readonly masterKeyFile: string;
  /** The master key, and others that are at hand: one of them made the key table. */
  readonly masterKeys: readonly Buffer[];
  /** Folder of the anchored checkpoints. */
  readonly anchors: string;
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
): Pick<Place, 'masterKeyFile' | 'masterKeys'> => {
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

/**
 * Reads the settings as the server does, from the environment and `settings`, a data folder with a countersign.json.
 * @throws {CommandFault} where the log is not in the folder, or the master key cannot be had
 */
export const placeOf = (data: string, settings = data): Place => {
  const layout = layoutOf(resolve(data));
  const config = configOf(settings);
  if (config.eventsUrl !== undefined || existsSync(join(layout.store, 'positions.db')))
    throw new CommandFault(
      'the log is in KurrentDB: back it up there (docs/reference/kurrentdb.md); this command copies logs in the data folder',
    );
  return { layout, ...keysOf(layout, config), anchors: config.anchors ?? layout.anchors };
};

/**
 * What proves manifests and lists of this deployment, from its key table.
 * @throws {CommandFault} where the master key is another one
 */
export const rootKeyOf = ({ layout, masterKeys }: Place): Uint8Array => {
  const found = rootIn(layout.keys, masterKeys);
  if (!found) throw new CommandFault(`${layout.keys} was made with another master key`);
  return found;
};
