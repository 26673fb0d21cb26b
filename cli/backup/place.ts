import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rootIn } from '../../adapters/secrets/tombstones.ts';
import { layoutOf, type DataLayout } from '../../runtime/dataFolder.ts';
import { CommandFault } from '../fault.ts';
import { configOf, keysOf, type MasterKeysOfFolder } from '../folder/config.ts';

/** A data folder with what belongs to it and lies elsewhere. */
export type Place = MasterKeysOfFolder & {
  readonly layout: DataLayout;
  /** Folder of the anchored checkpoints. */
  readonly anchors: string;
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
