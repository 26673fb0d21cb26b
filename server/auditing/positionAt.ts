import type { EventStore } from '../../adapters/eventStore/port.ts';

/**
 * Position of the newest event that was on record at an instant, 0 where there was none. Found by halving, since the
 * log is in the order of its clock; where that was set back, some position around there.
 */
export const positionAt = async (
  events: Pick<EventStore, 'readAll' | 'head'>,
  until: string,
): Promise<number> => {
  const untilMs = Date.parse(until);
  let low = 0;
  let high = await events.head();
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [next] = await events.readAll(middle, 1);
    if (next && Date.parse(next.recordedAt) <= untilMs) low = next.position;
    else high = middle;
  }
  return low;
};
