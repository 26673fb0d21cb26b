import type { AppMode, Method, SmsDirection, StandardOrPin } from '../../../domain/methods.ts';
import type { Sealed } from '../../../domain/sealed.ts';
import type { Flag } from './flag.ts';

/** A person in the list. E-mail stays sealed; phone numbers are masked. */
export type UserRow = {
  userId: string;
  /** Canonical spelling: what a lookup compares, and what lists are ordered by. */
  name: string;
  username: string;
  usernameKey: string;
  usernameSealed: Sealed;
  firstName: string;
  lastName: string;
  /** Lower-case names in one text for `like`. */
  search: string;
  emailSealed: Sealed | null;
  userGroup: string;
  enabled: Flag;
  method: Method;
  appMode: AppMode;
  callMode: StandardOrPin;
  smsDirection: SmsDirection;
  smsMode: StandardOrPin;
  oathMode: StandardOrPin;
  callLanguage: string;
  smsLanguage: string;
  appLanguage: string;
  oathLanguage: string;
  objectId: string;
  description: string;
  uniqueIdentifier: string;
  source: 'manual' | 'import' | 'sync';
  /** JSON: string[]. */
  overrides: string;
  /** Masked; the whole numbers are in the log alone, sealed. */
  phone: string;
  backupPhone: string;
  /** Counts the changes of the record from 1 (domain/user/profile.ts). */
  version: number;
  addedAt: string;
  changedAt: string;
};

/** When a person was last asked, and last proved who they are. */
export type UserActivityRow = {
  userId: string;
  lastAttemptAt: string | null;
  lastSuccessAt: string | null;
};

/** What one event changed on a person. Names, mail addresses and whole numbers are not in it. */
export type UserChangeRow = {
  position: number;
  userId: string;
  /** JSON: `{field, before?, after?}[]`; without values where they are personal. */
  changes: string;
};

/** An import of a file, or one change of many people, and how far it is. */
export type ImportRow = {
  importId: string;
  kind: 'users' | 'edit' | 'tokens';
  state: 'running' | 'finished';
  mode: 'add' | 'update' | 'both';
  dryRun: Flag;
  rows: number;
  done: number;
  added: number;
  updated: number;
  skipped: number;
  failed: number;
  warned: number;
  /** JSON: string[]; about the file as a whole. */
  warnings: string;
  actorKind: string;
  actorId: string;
  startedAt: string;
  finishedAt: string | null;
};

/** Whose primary phone a number is. */
export type PhoneOwnerRow = {
  userId: string;
  /** Keyed hash of the number's digits. */
  phoneKey: string;
};

/** What is left of a removed person, so that old records still show a name while its key lives. */
export type RemovedUserRow = {
  userId: string;
  usernameKey: string;
  usernameSealed: Sealed;
  removedAt: string;
};
