import {
  BACKWARDS,
  END,
  START,
  streamNameFilter,
  type KurrentDBClient,
  type ResolvedEvent,
} from '@kurrent/kurrentdb-client';
import { UnfitEvent } from './catalogue.ts';
import { StoreUnavailable } from './errors.ts';
import { fromServerEvent, type Place, type PlacedEvent } from './kurrentdbEvents.ts';

/** How long the server may take for one call. */
const callMs = 10_000;

/** @throws {StoreUnavailable} if it takes longer than that, or fails */
export async function within<T>(call: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new StoreUnavailable(`KurrentDB did not answer within ${callMs} ms`)),
    callMs,
  );
  try {
    return await Promise.race([call, late.promise]);
  } catch (error) {
    throw storeErrorOf(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The client's errors have a `type`; it is the one thing about them that does not change. */
export const typeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : '';

const tooLarge = new Set([
  'maximum-append-size-exceeded',
  'append-record-size-exceeded',
  'transaction-max-size-exceeded',
]);
const conflicts = new Set(['wrong-expected-version', 'append-consistency-violation']);

export const isConflict = (error: unknown): boolean => conflicts.has(typeOf(error));
const isOwnMeaning = (error: unknown): boolean =>
  isConflict(error) || ['unsupported', 'stream-not-found'].includes(typeOf(error));

function storeErrorOf(cause: unknown): unknown {
  if (cause instanceof StoreUnavailable || isOwnMeaning(cause)) return cause;
  if (tooLarge.has(typeOf(cause)))
    return new UnfitEvent('a commit is larger than KurrentDB is set to take', { cause });
  return new StoreUnavailable('KurrentDB could not be reached or did not do it', { cause });
}

/** What is read from the server: the events of one deployment alone. */
export type LogReader = {
  /** Events from a place on, the one at that place included; from the first one where there is no place. */
  from(place: Place | undefined, limit: number): Promise<readonly PlacedEvent[]>;
  newest(): Promise<PlacedEvent | undefined>;
  /** Events of one stream; none for a stream that does not exist. */
  stream(name: string, from: number, limit: number): Promise<readonly PlacedEvent[]>;
};

export function readerOf(client: KurrentDBClient, prefix: string): LogReader {
  const filter = streamNameFilter({ prefixes: [prefix] });
  const collect = async (events: AsyncIterable<ResolvedEvent>): Promise<PlacedEvent[]> => {
    const collected: PlacedEvent[] = [];
    for await (const { event } of events) if (event) collected.push(fromServerEvent(event, prefix));
    return collected;
  };
  return {
    from: (place, maxCount) =>
      within(collect(client.readAll({ fromPosition: place ?? START, maxCount, filter }))),
    async newest() {
      const order = { direction: BACKWARDS, fromPosition: END } as const;
      const [event] = await within(collect(client.readAll({ ...order, maxCount: 1, filter })));
      return event;
    },
    async stream(name, from, maxCount) {
      const fromRevision = from > 0 ? BigInt(from) : START;
      try {
        return await within(collect(client.readStream(prefix + name, { fromRevision, maxCount })));
      } catch (error) {
        if (typeOf(error) === 'stream-not-found') return [];
        throw error;
      }
    },
  };
}
