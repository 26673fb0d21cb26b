import type { StoredEvent } from '../adapters/eventStore/port.ts';
import type { Secrets } from '../adapters/secrets/port.ts';
import type { EventType } from '../domain/events.ts';
import { parseStream } from '../domain/ids.ts';
import { canonicalName } from '../domain/username.ts';
import { userKey, type Sealed, type SealedPlace } from '../domain/sealed.ts';
import type { Rows } from './rows.ts';
import type { AnyTable } from './table.ts';

/** All that a projection may use besides the event and its own rows: no clock, nothing random. */
export type Tools = {
  /** Opens a sealed value; `erased` where the person's key is gone. */
  open(place: SealedPlace, sealed: Sealed): Promise<string>;
  /** Keyed hash of a name as typed, for finding people who are not in the list. */
  nameKey(username: string): string;
};

export const erased = '[erased]';

export type Handlers = {
  readonly [T in EventType]?: (
    event: StoredEvent<T>,
    rows: Rows,
    tools: Tools,
  ) => void | Promise<void>;
};

/** Turns events into rows of its own tables, which no other projection reads or writes. */
export type Projection = {
  readonly name: string;
  /** A higher version drops the tables and reads the log again. */
  readonly version: number;
  readonly tables: readonly AnyTable[];
  readonly on: Handlers;
};
export const createTools = (secrets: Pick<Secrets, 'open' | 'hash'>): Tools => ({
  open: async (place, sealed) => (await secrets.open(place, sealed)) ?? erased,
  nameKey: (username) => secrets.hash('username', canonicalName(username)),
});

/** The id in the name of the stream that an event stands in. */
export const streamId = ({ stream }: Pick<StoredEvent, 'stream'>): string => parseStream(stream).id;

/** Where a sealed field of an event in a `user-…` stream was sealed. */
export const userPlace = (event: Pick<StoredEvent, 'stream'>, field: string): SealedPlace => ({
  owner: userKey(streamId(event)),
  stream: event.stream,
  field,
});
