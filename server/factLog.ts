import { eventId } from '../adapters/eventStore/eventId.ts';
import { StoreOverloaded, StoreUnavailable } from '../adapters/eventStore/errors.ts';
import { WrongExpectedRevision, type EventStore } from '../adapters/eventStore/port.ts';
import { serially } from '../activities/serially.ts';
import type { FactLog } from '../api/commands/context.ts';
import { Unavailable } from '../api/facade.ts';

const pageSize = 1_000;
/** Other processes of the deployment write here too. */
const maxTries = 20;
/** Streams whose end is remembered. */
const maxKnown = 1_000;

/** Facts that no rule decides on, put on record without a workflow. */
export const factLog = (events: EventStore): FactLog => {
  const known = new Map<string, number>();
  const lastRevision = async (stream: string): Promise<number> => {
    let last = known.get(stream) ?? -1;
    for (;;) {
      const page = await events.readStream(stream, last + 1, pageSize);
      last += page.length;
      if (page.length < pageSize) break;
    }
    known.delete(stream);
    known.set(stream, last);
    if (known.size > maxKnown) known.delete(known.keys().next().value!);
    return last;
  };

  const inTurn = serially();
  const append: FactLog['record'] = async ({ stream, fact, key, meta }) => {
    const id = eventId(stream, key);
    for (let tries = 1; ; tries += 1) {
      const expectedRevision = await lastRevision(stream);
      try {
        await events.commit([{ stream, expectedRevision, events: [{ ...fact, id, meta }] }]);
        return;
      } catch (error) {
        // A caller who waits for it is told to come again.
        if (error instanceof StoreUnavailable || error instanceof StoreOverloaded)
          throw new Unavailable('the log takes nothing', { cause: error });
        if (!(error instanceof WrongExpectedRevision) || tries >= maxTries) throw error;
      }
    }
  };
  return { record: (entry) => inTurn(entry.stream, () => append(entry)) };
};
