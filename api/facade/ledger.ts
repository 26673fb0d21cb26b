import type { Caller } from '../facade.ts';

/** Proof that an event is in the log. */
export type EventProof = {
  readonly position: number;
  readonly type: string;
  /** Events under the checkpoint that the proof leads to. */
  readonly size: number;
  /** C2SP tlog-proof, with the event in it. */
  readonly proof: string;
};

/** `note` is a signed checkpoint (C2SP tlog-checkpoint). */
export type SignedCheckpoint = { readonly size: number; readonly note: string };
export type LedgerKeyView = { readonly keyId: string; readonly verifier: string };

/** The ledger: what it does by itself goes on without these. */
export interface LedgerDoor {
  /** Signs a checkpoint now, over all that is on record. @throws {Rejected} conflict where another process keeps the ledger */
  signCheckpoint(caller: Caller): Promise<SignedCheckpoint>;
  /** A new signing key, which the old one vouches for. @throws {Rejected} conflict where another process keeps the ledger */
  rotateKey(caller: Caller): Promise<LedgerKeyView>;
  /** @returns undefined for an event that is not on record, or not under a checkpoint yet */
  prove(eventId: string): Promise<EventProof | undefined>;
}
