import type { RetentionFamily } from '../../domain/retention.ts';
import type { Caller } from '../facade.ts';

/** What a family has that is older than it is kept. */
export type DueView = {
  readonly family: RetentionFamily;
  /** How long it is kept, in days. */
  readonly days: number;
  readonly before: string;
  /** Events that lists still show, without those that a hold keeps. */
  readonly events: number;
  /** Months whose key is due, as `2025-09`. */
  readonly months: readonly string[];
};

export type RetentionPlan = {
  readonly families: readonly DueView[];
  /** People whose records a legal hold keeps. */
  readonly held: number;
  /** Removed people whom the log need not name any more. */
  readonly people: number;
  /** Why nothing expires now; absent where it does. */
  readonly stopped?: string;
};

export type RetentionStatus = {
  readonly running: boolean;
  readonly nextAt: string;
  readonly last?: { readonly at: string; readonly plan: RetentionPlan } | undefined;
  readonly lastFault?: string | undefined;
};

/** Expiry of what is older than policy keeps it (spec/85 'Retention'); it runs by itself every day. */
export interface RetentionDoor {
  /** What a run would do now; nothing is changed. */
  plan(): Promise<RetentionPlan>;
  /**
   * Does it now, page by page. `onProgress` counts events.
   * @returns what was done
   * @throws {Rejected} conflict while another run is under way
   */
  run(
    caller: Caller | undefined,
    onProgress: (done: number, total: number) => void,
  ): Promise<RetentionPlan>;
  status(): RetentionStatus;
}
