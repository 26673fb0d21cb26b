import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  loadMasterKey,
  masterKeyVariable,
  MasterKeyUnusable,
} from '../../adapters/secrets/masterKey.ts';
import { ConfigError, loadConfig } from '../../config/load.ts';
import { layoutOf, type DataLayout } from '../../runtime/dataFolder.ts';
import { CommandFault, UsageFault } from '../fault.ts';

/** A data folder with what belongs to it and lies elsewhere. */
export type Place = {
  readonly layout: DataLayout;
  readonly masterKeyFile: string;
  readonly masterKey: Buffer;
  /** Folder of the anchored checkpoints. */
  readonly anchors: string;
};

const wrapped = (fault: CommandFault, cause: unknown): CommandFault =>
  Object.assign(fault, { cause });

/**
 * Reads the settings as the server does, from the environment and `settings`, a data folder with a countersign.json.
 * @throws {CommandFault} where the log is not in the folder, or the master key cannot be had; none is ever made here
 */
export const placeOf = (data: string, settings = data): Place => {
  const layout = layoutOf(resolve(data));
  let config: ReturnType<typeof loadConfig>;
  try {
    config = loadConfig({ commandLine: { data: settings }, environment: process.env });
  } catch (error) {
    if (error instanceof ConfigError) throw wrapped(new UsageFault(error.message), error);
    throw error;
  }
  if (config.eventsUrl !== undefined || existsSync(join(layout.store, 'positions.db')))
    throw new CommandFault(
      'the log is in KurrentDB: back it up there (docs/reference/kurrentdb.md); this command copies logs in the data folder',
    );
  const masterKeyFile = config.masterKeyFile ?? join(`${layout.root}-keys`, 'master.key');
  if (process.env[masterKeyVariable] === undefined && !existsSync(masterKeyFile))
    throw new CommandFault(
      `the master key is not in ${masterKeyFile}: put it there, or give it by ${masterKeyVariable} as the server gets it`,
    );
  try {
    const masterKey = loadMasterKey(masterKeyFile);
    return { layout, masterKeyFile, masterKey, anchors: config.anchors ?? layout.anchors };
  } catch (error) {
    if (error instanceof MasterKeyUnusable) throw wrapped(new CommandFault(error.message), error);
    throw error;
  }
};
