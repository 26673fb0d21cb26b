import type { ExportFormat } from '../exports.ts';
import type { RetentionFamily } from '../retention.ts';

/** What auditors and their programs do with the log, and what was refused; stream audit, and one stream `auditExport-<id>` for each export. */
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
  /** Somebody looked for people by what is known of them; for what exactly is not said, because that names somebody. */
  AuditPeopleSearched: { operation: string; by: readonly string[]; found: number };
  /** A change that somebody with a valid sign-in ordered was refused. */
  AuditActionRefused: { operation: string; status: number; code: string };
  /** Somebody was not let in at all, or called too often: a sample, with how many calls that were alike it stands for. */
  AuditCallerRefused: { door: 'sdk'; reason: CallerRefusal; calls: number; accountId?: string };
  /**
   * What is older than `before` of a family, from position `from` to `upTo`, is in no list any more, but for people on
   * `hold`; keys of the periods that end with it are destroyed. `events` is how many there were.
   */
  AuditRetentionApplied: {
    family: RetentionFamily;
    before: string;
    from: number;
    upTo: number;
    events: number;
    hold: readonly string[];
  };
  /** The lists were further behind the log than they may be, from this moment on. */
  AuditViewsLagged: { position: number; newest: number; seconds: number };
};

/** Why a caller was not let in: wrong sign-in, not in the group of callers, elsewhere than it may, too many calls. */
export type CallerRefusal = 'credentials' | 'group' | 'address' | 'rate';
