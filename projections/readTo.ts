import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventStore } from '../adapters/eventStore/port.ts';
import type { Applier } from './applier.ts';

/** Events in one transaction; short enough for everybody else to get a turn in between. */
const batchSize = 250;

/**
 * Has an applier read the log up to a position. `onProgress` hears how far it is.
 * @returns how many events were applied
 */
export const readTo = async (
  events: Pick<EventStore, 'readAll'>,
  applier: Applier,
  position: number,
  {
    onProgress,
    signal,
  }: {
    readonly onProgress?: (done: number, total: number) => void;
    readonly signal?: AbortSignal;
  } = {},
): Promise<number> => {
  let applied = 0;
  while (applier.position() < position) {
    signal?.throwIfAborted();
    const batch = await events.readAll(applier.position(), batchSize);
    const wanted = batch.filter((event) => event.position <= position);
    if (wanted.length === 0) break;
    await applier.apply(wanted);
    applied += wanted.length;
    onProgress?.(applier.position(), position);
    await nextTurn();
  }
  return applied;
};
