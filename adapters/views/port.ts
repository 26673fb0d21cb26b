import type { Kysely } from 'kysely';
import type { StoredEvent } from '../eventStore/port.ts';
import type { Candidacy } from './candidacy.ts';
import type { ViewsDatabase } from './tables.ts';
import type { Cell, Target } from './upsert.ts';

export type * from './tables.ts';
export type { Candidacy } from './candidacy.ts';
export type { Cell, Target } from './upsert.ts';
export type { Kysely } from 'kysely';

/** The read side's tables. They hold nothing that the log does not hold: losing them costs time only. */
export interface Views {
  /** Sees whole batches only; never waits for the writer. */
  readonly reader: Kysely<ViewsDatabase>;
  /** For the one runner. */
  readonly writer: Kysely<ViewsDatabase>;
  /** What this engine calls a whole number up to 2^53; a log position must fit. */
  readonly wholeNumber: 'integer' | 'bigint';
  /** What it calls a text that is compared byte by byte in UTF-8, so that lists have one order in every engine. */
  readonly text: 'text' | 'text collate "C"';
  /** Several processes may use these views, one of them writing, over a connection that may break. */
  readonly isShared: boolean;
  /**
   * Events that one transaction best holds while a long log is read: few where the engine is in this process and short
   * lives spare the collector, more where each statement travels.
   */
  readonly eventsAtOnce: number;
  /** Asks to be the one who writes. */
  candidate(): Candidacy;
  /** Wakes the processes that follow, once this transaction is committed. */
  announce(transaction: Kysely<ViewsDatabase>): Promise<void>;
  /** Removes what earlier versions of the program left behind and nobody uses. For the one who writes. */
  tidy(): Promise<void>;
  /** Writes whole rows, each key once: new ones are added, known ones replaced. */
  upsert(
    transaction: Kysely<ViewsDatabase>,
    target: Target,
    rows: readonly Readonly<Record<string, Cell>>[],
  ): Promise<void>;
  /** Runs statements without parameters that may take seconds, while this process goes on with other things. */
  runLong(statements: readonly string[]): Promise<void>;
  /** A look at the views that later batches do not change. Call it between two batches. */
  snapshot(): Promise<Snapshot>;
  /** New, empty views beside these, in place of what an interrupted try left behind. */
  beside(): Promise<Views>;
  /**
   * Puts `fresh` in the place of these views without a moment in which a reader finds none. `fresh` is used up.
   * Snapshots must be closed before.
   */
  switchTo(fresh: Views): Promise<void>;
  /**
   * Frees what deleted rows still take: the journal of an engine with files of its own, dead rows of a server. False
   * where a reader was in the way: then it is to be tried again. Absent where nothing is left behind.
   */
  forgetDeleted?(): Promise<boolean>;
  close(): Promise<void>;
}

export type Snapshot = { readonly reader: Kysely<ViewsDatabase>; close(): Promise<void> };

/** What readers need to know about the one who fills the views. */
export interface ViewsFeed {
  /** Resolves once every view shows the log up to `position`. Rejects where the feed has stopped. */
  caughtUp(position: number): Promise<void>;
  /** Called after each committed batch. Returns how to stop that. */
  onApplied(listener: (events: readonly StoredEvent[]) => void): () => void;
  status(): FeedStatus;
}

export type FeedStatus = {
  readonly state: 'starting' | 'live' | 'failed' | 'stopped';
  /** Position that every view has reached. */
  readonly position: number;
  /** True where this process writes the views, false where it follows another one that does. */
  readonly writes?: boolean;
  /** Where and why it failed: the event after `position` could not be applied. */
  readonly failure?: { readonly position: number; readonly message: string };
};
