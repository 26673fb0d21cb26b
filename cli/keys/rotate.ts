import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { openKurrentLog } from '../../adapters/eventStore/kurrentdbLog.ts';
import { masterKeysAt } from '../../adapters/secrets/masterKeyFiles.ts';
import { openRotation, type Rotation } from '../../adapters/secrets/rotation.ts';
import { layoutOf } from '../../runtime/dataFolder.ts';
import { tryLock } from '../../runtime/fileLock.ts';
import { CommandFault } from '../fault.ts';
import { configOf, keysOf } from '../folder/config.ts';
import { recordFact } from '../folder/record.ts';
import type { Step } from '../folder/steps.ts';
import { dueKey, placeKey, type Placed } from './files.ts';

/** Between two steps others get the key table to themselves. */
const restMs = 5;
/** Nobody makes keys under the old master key any more, so that one round is enough; but for programs of before. */
const maxRounds = 3;

export type Rotated = Placed & {
  /** How manieth master key it is. */
  readonly generation: number;
  readonly keys: number;
  readonly durationMs: number;
};

const turn = async (rotation: Rotation, step: Step): Promise<void> => {
  const report = step('keys');
  for (let round = 1; !rotation.state().isDone; round += 1) {
    if (round > maxRounds)
      throw new CommandFault('keys are still made under the old master key: stop older programs');
    const { keys } = rotation.state();
    let done = 0;
    for (let looked = rotation.step(); looked > 0; looked = rotation.step()) {
      done += looked;
      report(done, keys);
      await rest(restMs);
    }
    rotation.end();
  }
};

/**
 * Replaces the master key of a data folder while servers use it. Until it has ended, both keys are taken; whatever ends it in
 * between, the next call goes on. It is on record once.
 * @throws {CommandFault}
 */
export const rotateKeys = async (order: {
  readonly data: string;
  readonly step: Step;
}): Promise<Rotated> => {
  const from = performance.now();
  const layout = layoutOf(resolve(order.data));
  const config = configOf(order.data);
  if (!existsSync(layout.keys))
    throw new CommandFault(`${layout.root} has no keys: name the data folder by --data`);
  if (process.getuid && statSync(layout.keys).uid !== process.getuid())
    throw new CommandFault('call this as the user that runs the server, who must read the new key');
  const { eventsUrl, eventsPrefix } = config;
  const { masterKeyFile } = keysOf(layout, config);
  const lock = tryLock(join(layout.store, 'rotation.lock'));
  if (!lock) throw new CommandFault('another command replaces this master key just now');
  try {
    const rotation = openRotation(layout.keys, () => masterKeysAt(masterKeyFile));
    try {
      const next = dueKey(rotation, masterKeyFile);
      if (next) rotation.begin(next);
      await turn(rotation, order.step);
      const { generation, keys, begun: begunAt } = rotation.state();
      await recordFact(
        eventsUrl === undefined ? layout.events : await openKurrentLog({ eventsUrl, eventsPrefix }),
        { type: 'SystemMasterKeyRotated', data: { generation, keys, begunAt } },
        `${generation}/${begunAt}`,
      );
      const placed = placeKey(masterKeyFile);
      return { ...placed, generation, keys, durationMs: Math.round(performance.now() - from) };
    } finally {
      rotation.close();
    }
  } finally {
    lock.release();
  }
};
