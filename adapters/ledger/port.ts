import type { Hash } from '../../domain/ledger/merkle.ts';
import type { NodeReader } from '../../domain/ledger/proofs.ts';
import type { LedgerRecord } from '../../domain/ledger/record.ts';

/** The log as it lies on disk: rows that nobody has parsed, lifted or left fields out of. */
export interface LogRecords {
  /** At most `limit` events after a position, in commit order. */
  after(
    position: number,
    limit: number,
  ): readonly LedgerRecord[] | Promise<readonly LedgerRecord[]>;
  /** One event by its id. */
  byId(id: string): LedgerRecord | undefined | Promise<LedgerRecord | undefined>;
  head(): number | Promise<number>;
  close(): void;
}

/** A checkpoint as it was signed. */
export type KeptCheckpoint = {
  readonly number: number;
  readonly size: number;
  readonly note: string;
  /** True where the log has lost some of its events since. */
  readonly isVoid: boolean;
};

/** A key that signs or has signed: as a verifier is given it, with the old key's word for it where it came by rotation. */
export type LedgerKey = {
  readonly keyId: string;
  /** `name+key id+base64` (C2SP signed-note). */
  readonly verifier: string;
  readonly endorsement?: string;
};

export type AnchorPlace = 'file' | 'timestamp';

/** The ledger's own memory: the tree's hashes in tiles, what was signed and by which keys. */
export interface LedgerStore {
  /** Leaves that are hashed. */
  size(): number;
  append(leaves: readonly Hash[]): void;
  /** Hash of the leaf at an index from 0. */
  leaf(index: number): Hash | undefined;
  readonly node: NodeReader;
  /** Forgets the leaves from `size` on: the log has lost their events. Checkpoints over them are void, and stay as evidence. */
  cut(size: number): void;
  keep(checkpoint: Pick<KeptCheckpoint, 'size' | 'note'>): KeptCheckpoint;
  /** The newest is last. */
  checkpoints(): readonly KeptCheckpoint[];
  /** What is not at a place yet, oldest first. */
  unanchored(place: AnchorPlace, limit: number): readonly KeptCheckpoint[];
  markAnchored(place: AnchorPlace, number: number): void;
  keys(): readonly LedgerKey[];
  addKey(key: LedgerKey): void;
  /** Signed statements that the log was put back (domain/ledger/restoration.ts); the newest is last. */
  restorations(): readonly string[];
  addRestoration(note: string): void;
  /** Breaks that somebody was told of, so that it is once. */
  knowsBreak(name: string): boolean;
  noteBreak(name: string): void;
  close(): void;
}

/** What signs: one Ed25519 key whose private half never leaves its file. */
export type Signer = {
  readonly key: LedgerKey;
  /** A signed note over a text that ends with a line feed. */
  sign(text: string): string;
};
