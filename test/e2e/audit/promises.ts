import type { Stores } from '../support/stores.ts';
import { exports } from './exports.ts';
import { feeds } from './feeds.ts';
import { pastStates } from './pastStates.ts';
import { refusals } from './refusals.ts';
import { sweeps } from './sweeps.ts';
import { auditWorld } from './world.ts';

/**
 * The log as auditors and their programs have it: feeds, past states, exports; over kills of both ends. The same promises
 * whatever the stores are (spec/85 'Must hold').
 */
export const auditPromises = (stores: Stores): void => {
  const world = auditWorld(stores);
  for (const promised of [pastStates, refusals, feeds, exports, sweeps]) promised(world);
};
