import type { DomainEvent, EventData } from './events.ts';
import type { ImportCounts } from './events/imports.ts';
import type { Origin } from './inputs.ts';
import type { SealedPlace } from './sealed.ts';
import type { UserColumn, UserRecord } from './userCsv.ts';
import { importStream } from './ids.ts';

/** People that one import may bring, and rows that are done in one step. */
export const maxImportRows = 200_000;
export const importPageRows = 250;
/** How long the rows that failed stay readable. */
export const faultsKeptMs = 7 * 24 * 3_600_000;

export type ImportMode = EventData['ImportStarted']['mode'];
export const importModes = ['add', 'update', 'both'] as const satisfies readonly ImportMode[];

/** What new people get where their line does not say it; before the company's defaults. */
export type ImportDefaults = Omit<Partial<UserRecord>, 'username' | 'phone' | 'backupPhone'>;

/** An upload's first part: all about it but its rows. */
export type ImportManifest = Omit<EventData['ImportStarted'], 'warnings'> & {
  readonly warnings: readonly string[];
  /** Columns that are known, with their places in a row. */
  readonly columns: readonly (readonly [UserColumn, number])[];
  readonly defaults: ImportDefaults;
  readonly defaultCountryCode: string;
  /** Fields that every row sets, in an edit of many. */
  readonly changes?: Omit<Partial<UserRecord>, 'username'>;
  readonly origin: Origin;
};

/** One row as it waits. Its ids are there from the beginning, so that a repeated step makes the same person. */
export type ImportRow = {
  readonly line: number;
  readonly userId: string;
  readonly objectId: string;
  readonly cells: readonly string[];
  readonly fault?: string;
};

export type ImportFault = {
  readonly line: number;
  readonly reason: string;
  readonly cells: readonly string[];
};

/** Parts of an upload. */
export const manifestPart = 'manifest';
export const headerPart = 'header';
export const rowsPart = (page: number): string => `rows-${page}`;
export const faultsPart = (page: number): string => `faults-${page}`;

/** Rows wait sealed for nobody in particular: whose they are shows when they are done. */
export const uploadPlace = (importId: string, part: string): SealedPlace => ({
  owner: 'requests',
  stream: importStream(importId),
  field: part,
});

export type ImportState = {
  readonly status: 'none' | 'running' | 'finished';
  /** Pages that are done. */
  readonly pages: number;
  readonly counts: ImportCounts;
};

const noCounts: ImportCounts = {
  done: 0,
  added: 0,
  updated: 0,
  skipped: 0,
  failed: 0,
  warned: 0,
};
export const noImport: ImportState = { status: 'none', pages: 0, counts: noCounts };

export const evolveImport = (state: ImportState, event: DomainEvent): ImportState => {
  switch (event.type) {
    case 'ImportStarted':
      return { ...state, status: 'running' };
    case 'ImportProgressed':
      return { ...state, pages: state.pages + 1, counts: event.data };
    case 'ImportFinished':
      return { ...state, status: 'finished' };
    default:
      return state;
  }
};

export const addCounts = (a: ImportCounts, b: ImportCounts): ImportCounts => ({
  done: a.done + b.done,
  added: a.added + b.added,
  updated: a.updated + b.updated,
  skipped: a.skipped + b.skipped,
  failed: a.failed + b.failed,
  warned: a.warned + b.warned,
});
export { noCounts };
