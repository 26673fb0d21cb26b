import { createHash } from 'node:crypto';
import { projections as allProjections } from './index.ts';
import type { Projection } from './projection.ts';

/**
 * Names the tables that a version of the program fills: two versions with the same name may share them, while others
 * stand beside each other, so that nodes of both run during an upgrade. Lower-case hexadecimal.
 */
export const fingerprint = (projections: readonly Projection[] = allProjections): string => {
  const shape = projections.map(({ name, version, tables }) => ({ name, version, tables }));
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex');
};
