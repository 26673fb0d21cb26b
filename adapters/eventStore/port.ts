import type { DomainEvent, EventMeta, EventType } from '../../domain/events.ts';

/** An event on its way in. `id` is a UUID that is the same on every try of the same step. */
export type NewEvent<T extends EventType = EventType> = DomainEvent<T> & {
  readonly id: string;
  readonly meta: EventMeta;
};

/** An event that is on record. Revisions count from 0 in their stream, positions from 1 over the log. */
export type StoredEvent<T extends EventType = EventType> = NewEvent<T> & {
  readonly version: number;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: string;
};

/**
 * Events for one stream; `expectedRevision` -1 means that the stream must not exist yet. Without events it only
 * guards: the step counts only if nobody has appended there since.
 */
export type Append = {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly events: readonly NewEvent[];
};

export type Committed = {
  /** Position of the last event. */
  readonly position: number;
  /** True where these ids were on record before: a repeated step, which is a success. */
  readonly repeated: boolean;
};

/** Somebody else appended first: read again, decide again. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  readonly stream: string;
  readonly expected: number;
  readonly actual: number;
  constructor(stream: string, expected: number, actual: number) {
    super(`stream ${stream} is at revision ${actual}, not ${expected}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

export type Subscription = { close(): void };

/** The append-only log. Everything else can be rebuilt from it. */
export interface EventStore {
  /**
   * Appends to one or more streams as one durable step: all or nothing, on disk (fsync) before the promise
   * resolves. Steps that arrive together share one commit. If the id of its first event is on record already,
   * nothing is written and `repeated` is true.
   * @throws {WrongExpectedRevision} if a stream is not at its expected revision
   */
  commit(appends: readonly Append[]): Promise<Committed>;
  /** Events of one stream in order, from a revision on; at most `limit` (default 1,000). */
  readStream(stream: string, from?: number, limit?: number): Promise<readonly StoredEvent[]>;
  /** Events of the whole log after a position, in commit order; at most `limit` (default 1,000). */
  readAll(after: number, limit?: number): Promise<readonly StoredEvent[]>;
  /** Position of the newest event, 0 for an empty log. */
  head(): Promise<number>;
  /**
   * Calls `handler` for each event after `after`, in order, one at a time, and then live, also for events that
   * other processes append. A handler that throws ends the subscription and calls `onError`.
   */
  subscribe(
    after: number,
    handler: (events: readonly StoredEvent[]) => void | Promise<void>,
    onError: (error: unknown) => void,
  ): Subscription;
  close(): Promise<void>;
}
