import type { Sealed } from '../../../domain/sealed.ts';
import type { Flag } from './flag.ts';

export type DeviceRow = {
  deviceId: string;
  userId: string;
  nameSealed: Sealed;
  state: 'pending' | 'active' | 'removed';
  /** SHA-256 of the device's token, lower-case hex; null once removed. */
  tokenHash: string | null;
  confirmationHash: string | null;
  permitHash: string | null;
  confirmBy: string;
  notificationType: string;
  appVersion: string;
  /** 1 where the app got a seed and shows codes. */
  showsCodes: Flag;
  activatedAt: string;
  removedAt: string | null;
};

export type TokenRow = {
  tokenId: string;
  userId: string;
  serial: string;
  kind: 'totp' | 'hotp';
  digits: number;
  periodSeconds: number;
  state: 'assigned' | 'active';
  assignedAt: string;
};

/** What a person may fall back on. */
export type SpareCodesRow = {
  userId: string;
  recoveryLeft: number;
  passId: string | null;
  passOnce: Flag;
  passUntil: string | null;
  /** JSON: string[]; the questions, never the answers. */
  questions: string;
};

/** A hardware token, whoever has it. */
export type StockRow = {
  /** Keyed hash of the serial number, which names the token's stream. */
  serialKey: string;
  tokenId: string;
  serial: string;
  /** The serial number in lower case, for `like`. */
  search: string;
  kind: 'totp' | 'hotp';
  digits: number;
  periodSeconds: number;
  manufacturer: string;
  model: string;
  weak: Flag;
  state: 'imported' | 'assigned' | 'active' | 'disabled' | 'lost';
  userId: string | null;
  importedAt: string;
};

export type ActivationRow = {
  activationId: string;
  userId: string;
  issuedAt: string;
  expiresAt: string;
  state: 'issued' | 'begun' | 'validated' | 'used' | 'expired' | 'replaced' | 'revoked';
  attempt: string | null;
  /** The push of the attempt that is under way; null between attempts. */
  guid: string | null;
  deviceId: string | null;
  changedAt: string;
};
