import type { FaultKind } from '../ledger/fault.ts';

/** The ledger's own facts; stream ledger. They are leaves like all others. */
export type LedgerEvents = {
  /** The first `size` events of the log have `root`, in base64; `note` is the signed checkpoint as it is anchored. */
  LedgerCheckpointSigned: { size: number; root: string; keyId: string; note: string };
  /**
   * A key signs from now on. `endorsement` is the note by which the one before it, `replaces`, vouches for it; a key that
   * replaces another one without that took the place of one that was lost.
   */
  LedgerKeyAdded: { keyId: string; verifier: string; replaces?: string; endorsement?: string };
  /** A verification of everything found nothing wrong. */
  LedgerVerified: { events: number; signedSize: number };
  /** The log is not what was signed. `position` is the first bad one; with `until`, it is one of these. */
  LedgerChainBroken: { fault: FaultKind; position: number; until?: number; detail: string };
};
