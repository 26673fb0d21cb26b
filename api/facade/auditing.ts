import type { ExportFormat } from '../../domain/exports.ts';
import type { Caller, Queries, RebuildReport } from '../facade.ts';

/** An instant, or a position of the log. */
export type Moment = { readonly until: string } | { readonly at: number };

/** Everything as it was at one moment, kept for a while. */
export type StateView = {
  readonly stateId: string;
  /** The newest event that it shows. */
  readonly position: number;
  readonly asOf: string;
  readonly expiresAt: string;
};

export type Difference = {
  /** `user`, `block`, `bypass`, `setting`, `serviceAccount`, or a kind of the configuration. */
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly fields: readonly {
    readonly field: string;
    readonly before?: string;
    readonly after?: string;
  }[];
};

export type ExportOrder = {
  readonly format: ExportFormat;
  readonly types: readonly string[];
  readonly after: number;
  readonly since?: string;
  readonly until?: string;
};
export type StartedExport = { readonly exportId: string; readonly upTo: number };
export type ExportResult = {
  readonly events: number;
  readonly files: readonly { name: string; sha256: string; events: number }[];
};

export type TargetView = {
  readonly targetId: string;
  readonly state: 'idle' | 'sending' | 'down' | 'off';
  /** The newest event that the target has for sure. */
  readonly position: number;
  readonly unsent: number;
  readonly oldestUnsentAt?: string;
  readonly lastFault?: string;
};

/** What auditors and their programs do beyond reading lists. Each of it is an event itself. */
export interface AuditingDoor {
  /**
   * Makes everything anew as of a moment, beside the live views; nobody is called, texted, mailed or told of it.
   * @throws {Rejected} invalid for a moment that the log has not reached; conflict while another one is made
   */
  makeState(
    caller: Caller,
    moment: Moment,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<StateView>;
  listStates(): readonly StateView[];
  /** What every list would have answered then; undefined where the state is gone. */
  stateQueries(stateId: string): Queries | undefined;
  dropState(stateId: string): Promise<boolean>;
  /** What differs between two states, the second of which may be `now`. @throws {Rejected} notFound, limitReached */
  differences(before: string, after: string): Promise<readonly Difference[]>;

  /** @throws {Rejected} invalid for a position that the log has not reached */
  startExport(caller: Caller, order: ExportOrder): Promise<StartedExport>;
  /** @throws {Rejected} notFound for an export that nobody has started */
  finishExport(caller: Caller, exportId: string, result: ExportResult): Promise<void>;
  exportTargets(): Promise<readonly TargetView[]>;

  /** Puts on record that the views were made anew, and which ones were not equal. */
  rebuilt(caller: Caller, report: RebuildReport): Promise<void>;
  /**
   * Puts on record that people were searched, before anything of them is shown; `by` names what was filled in, and what was
   * looked for is in no event.
   */
  searched(
    caller: Caller,
    search: { readonly operation: string; readonly by: readonly string[]; readonly found: number },
  ): Promise<void>;
  /** Puts on record that somebody's order was refused; more than a few a second of one caller are not. */
  refused(
    caller: Caller,
    refusal: { readonly operation: string; readonly status: number; readonly code: string },
  ): Promise<void>;
}
