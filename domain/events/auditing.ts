import type { ExportFormat } from '../exports.ts';

/** What auditors and their programs do with the log, and what was refused; stream audit. */
export type AuditingEvents = {
  /** Everything as it was at a past moment was made anew, for somebody to read. */
  AuditStateMade: { position: number; asOf: string };
  /** Events of the log begin to leave the system as files. */
  AuditExportStarted: {
    exportId: string;
    format: ExportFormat;
    types: readonly string[];
    after: number;
    upTo: number;
    since?: string;
    until?: string;
  };
  AuditExportFinished: {
    exportId: string;
    events: number;
    /** `sha256` in hexadecimal digits. */
    files: readonly { name: string; sha256: string; events: number }[];
  };
  /** Somebody else's system does not take events; they wait in the log. `position` is the last one that it has. */
  AuditTargetDown: { targetId: string; reason: string; position: number };
  AuditTargetUp: { targetId: string; position: number };
  /** All views were made anew; `different` ones were not what the log says. */
  AuditViewsRebuilt: { position: number; different: readonly string[] };
  /** A change that somebody with a valid sign-in ordered was refused. */
  AuditActionRefused: { operation: string; status: number; code: string };
};
