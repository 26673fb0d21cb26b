import type { PeriodOwner } from '../../domain/retention.ts';
import type { KeyOwner, Sealed, SealedPlace } from '../../domain/sealed.ts';

/** Seals personal and secret values, and keyed hashes of what must be found but not read. */
export interface Secrets {
  /** Seals a text for one place with its owner's data key, which is made durable first where it is new. */
  seal(place: SealedPlace, plain: string): Promise<Sealed>;
  /**
   * Opens a sealed text.
   * @returns undefined where a key was destroyed: the person was erased, or the period has expired
   * @throws {SealBroken} where the text was altered or belongs to another place
   */
  open(place: SealedPlace, sealed: Sealed): Promise<string | undefined>;
  /** Destroys an owner's data key for good. */
  destroy(owner: KeyOwner): Promise<void>;
  /** Keyed hash (HMAC-SHA-256, hex) for looking up; `purpose` keeps the uses apart. */
  hash(purpose: HashPurpose, text: string): string;
  close(): Promise<void>;
}

/** Keys that a month of a family of events shares; what one sealed together with an owner's key needs both. */
export interface PeriodKeys {
  /** Periods that have a key. */
  periods(): Promise<readonly PeriodOwner[]>;
  /** Destroys the key of a period for good; what it sealed of `held` stays readable until they are released. */
  expire(period: PeriodOwner, held: readonly KeyOwner[]): Promise<void>;
  /** Owners of whom something of an expired period is readable. */
  heldOwners(): Promise<readonly KeyOwner[]>;
  /** What is past of an owner expires as that of all others did. */
  release(owner: KeyOwner): Promise<void>;
}

/** Secrets that live as long as the deployment, under whichever master key; other keys are derived from them. */
export interface Roots {
  /** The first one; what is on record beside the log was made from it. */
  root(): Uint8Array;
  /** Newest first; each rotation adds one. */
  roots(): readonly Uint8Array[];
}

/** What a keyed hash is for; `textCode` and `matchNumber` are what codes of an attempt are derived from. */
export type HashPurpose =
  | 'username'
  | 'activationCode'
  | 'origin'
  | 'confirmationCode'
  | 'phone'
  | 'address'
  | 'login'
  | 'serial'
  | 'textCode'
  | 'matchNumber'
  | 'ticket'
  | 'webhook'
  | 'call'
  | 'cursor';

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** A new data key could not be kept, as on a disk that is full: nothing was sealed with it. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}
