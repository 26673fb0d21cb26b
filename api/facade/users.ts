import type { ImportCounts } from '../../domain/events/imports.ts';
import type { ImportDefaults, ImportMode } from '../../domain/imports.ts';
import type { Preferences } from '../../domain/methods.ts';
import type { UserState } from '../../domain/userState.ts';
import type { Caller, Page, Paging, UserChanges, UserFilter, Waiting } from '../facade.ts';

/** What a record holds besides names, phones, devices and tokens. */
export type UserDetails = Preferences & {
  readonly description: string;
  readonly uniqueIdentifier: string;
  readonly source: 'manual' | 'import' | 'sync';
  /** Fields that no sync overwrites. */
  readonly overrides: readonly string[];
  readonly state: UserState;
  /** Counts the changes of the record; what an edit names as the version that it is based on. */
  readonly version: number;
  readonly lastAttemptAt?: string;
  readonly lastSuccessAt?: string;
};

/** Who changed what on a person, when and from where. Values that are personal or secret are not in it. */
export type UserHistoryRow = {
  readonly position: number;
  readonly at: string;
  readonly type: string;
  readonly actor: string;
  readonly channel: string;
  readonly address: string;
  readonly summary: string;
  readonly changes: readonly {
    readonly field: string;
    readonly before?: string;
    readonly after?: string;
  }[];
};

export type ImportOptions = {
  readonly mode: ImportMode;
  readonly dryRun: boolean;
  readonly defaults: ImportDefaults;
};

export type ImportView = ImportCounts & {
  readonly importId: string;
  readonly kind: 'users' | 'edit' | 'tokens';
  readonly state: 'running' | 'finished';
  readonly mode: ImportMode;
  readonly dryRun: boolean;
  readonly rows: number;
  readonly warnings: readonly string[];
  readonly startedAt: string;
  readonly finishedAt?: string;
};

export interface UserCommands {
  /** Phones, devices and software tokens go, open attempts end; the person registers anew. */
  resetRegistration(caller: Caller, username: string): Promise<void>;
  /**
   * Begins an import of a CSV file in UTF-8 (spec/20).
   * @throws {Rejected} invalid for a file that is no such file
   */
  importUsers(
    caller: Caller,
    csv: Uint8Array,
    options: ImportOptions,
  ): Promise<{ importId: string }>;
  /** Begins the same change of many people, each all or nothing. @throws {Rejected} invalid, limitReached */
  editUsers(
    caller: Caller,
    which: { readonly usernames: readonly string[] } | { readonly filter: UserFilter },
    changes: UserChanges,
    dryRun: boolean,
  ): Promise<{ importId: string }>;
  /** Everybody as CSV, bit by bit; that it was done is on record first (SEC-85). */
  exportUsers(
    caller: Caller,
    filter: UserFilter,
    options: { readonly unmasked: boolean },
  ): Promise<AsyncIterable<string>>;
}

export interface UserQueries {
  /** Newest first; of removed people too. */
  userHistory(username: string, paging: Paging): Promise<Page<UserHistoryRow>>;
  /** How far an import is; waits for progress behind `sinceDone` rows, or for its end. */
  awaitImport(
    importId: string,
    sinceDone: number,
    waiting: Waiting,
  ): Promise<ImportView | undefined>;
  /** The rows that failed or were not wholly taken, as CSV with the file's own columns; undefined once they are gone. */
  importFaults(importId: string): Promise<AsyncIterable<string> | undefined>;
}
