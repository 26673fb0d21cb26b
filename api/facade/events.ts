import type { AuditRow, Page, Paging } from './views.ts';

export type EventFilter = {
  /** Dotted, as in `user.added`; `*` at the end stands for anything. Names as stored are fine too. */
  readonly types?: readonly string[];
  readonly stream?: string;
  readonly username?: string;
  readonly requestId?: string;
  readonly correlationId?: string;
  /** Not before this instant, and before that one. */
  readonly from?: string;
  readonly to?: string;
  /** Log positions: after this one, and up to that one. */
  readonly after?: number;
  readonly upTo?: number;
};

/** One event with the envelope around it, ready to leave the system: names looked up, secrets and phones masked. */
export type EventView = Omit<AuditRow, 'type'> & {
  readonly eventId: string;
  /** Dotted. */
  readonly type: string;
  /** The type's name in the log. */
  readonly storedType: string;
  readonly version: number;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly userId?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly workflowId?: string;
  readonly data: Readonly<Record<string, unknown>>;
};

export interface EventQueries {
  /** In the order of the log, oldest first. */
  listEvents(filter: EventFilter, paging: Paging): Promise<Page<EventView>>;
  getEvent(position: number): Promise<EventView | undefined>;
  /**
   * Every event that fits, in order, once, and then the new ones as they are recorded. An empty batch says that nothing
   * has come for a while.
   */
  followEvents(filter: EventFilter, signal: AbortSignal): AsyncIterable<readonly EventView[]>;
  /** Position of the newest event of the log. */
  newestPosition(): Promise<number>;
}
