import type { Views } from '../adapters/views/port.ts';
import type { Projection } from './projection.ts';

/** Stands among the checkpoints: whether the readers' indexes were made, also over a crash before that. */
export const indexes = 'indexes';
export const indexed = 1;

/**
 * How far another process has filled the views.
 * @returns undefined while they are not all there yet
 */
export const readProgress = async (
  { reader }: Pick<Views, 'reader'>,
  projections: readonly Projection[],
): Promise<number | undefined> => {
  const stored = await reader.selectFrom('checkpoints').selectAll().execute();
  const known = new Map(stored.map((row) => [row.projection, row]));
  if (known.get(indexes)?.version !== indexed) return undefined;
  let least = Infinity;
  for (const { name, version } of projections) {
    const row = known.get(name);
    if (row?.version !== version) return undefined;
    least = Math.min(least, row.position);
  }
  // Tables that were used up by an exchange are found for a moment by their old name.
  return least < 0 ? undefined : least;
};
