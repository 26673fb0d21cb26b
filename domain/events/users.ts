import type { AppMode, Channel, Method, Preferences } from '../methods.ts';
import type { ResultCode } from '../results.ts';
import type { Sealed } from '../sealed.ts';
import type { CodeFault, PhoneSlot } from './attempts.ts';

/** The type says it all. */
type NoData = Readonly<Record<string, never>>;

/** A person; stream user-<userId>, shared: every append is guarded by its expected revision. */
export type UserEvents = {
  UserAdded: {
    username: Sealed;
    usernameKey: string;
    firstName?: Sealed;
    lastName?: Sealed;
    email?: Sealed;
    group?: string;
    enabled: boolean;
    method: Method;
    appMode: AppMode;
    /** Random UUID that apps know the account by; never the directory's own id. */
    objectId: string;
    source: 'manual' | 'import' | 'sync';
  };
  UserUpdated: {
    firstName?: Sealed;
    lastName?: Sealed;
    email?: Sealed;
    group?: string;
    description?: string;
    uniqueIdentifier?: string;
  };
  /** How the person is asked, per method, and in which language (BCP 47). */
  UserPreferencesChanged: Partial<Preferences>;
  /** Fields that a person or an administrator changed and that no sync may overwrite; the whole new set. */
  UserOverridesChanged: { fields: readonly string[] };
  /** Phones, devices and software tokens are gone; the person registers anew. */
  UserRegistrationReset: { deviceIds: readonly string[]; tokenIds: readonly string[] };
  UserMethodChanged: { method: Method; appMode: AppMode };
  UserPhoneChanged: {
    which: PhoneSlot;
    masked: string;
    /** Field `phone` or `backupPhone`. */
    phone?: Sealed;
    /** Keyed hash of the number, by which a text message that comes in finds its sender. */
    phoneKey?: string;
  };
  /** `pinHash` is argon2id in PHC form, sealed; absent where the PIN was taken away. */
  UserPinChanged: {
    pinHash?: Sealed;
    changeRequired: boolean;
    by: 'user' | 'administrator';
    at: string;
  };
  /** A denial that counts for the lockout (spec/10). */
  UserPinRefused: { requestId: string; at: string };
  BypassCreated: { bypassId: string; seconds: number; until: string; reason: string };
  BypassUsed: { bypassId: string; requestId: string; at: string };
  BypassEnded: { bypassId: string; ended: 'expired' | 'replaced' | 'revoked' };
  /** What was remembered of earlier approvals no longer lets anybody in. */
  CacheCleared: { reason: string };
  /** Four questions in the clear, the answers as argon2id hashes, sealed as one JSON text. */
  QuestionsSet: { questions: readonly string[]; answers: Sealed };
  QuestionsReset: NoData;
  QuestionsAnswered: { requestId: string; right: boolean; at: string };
  /** SHA-256 of each code, 64 bits and more (SEC-52). */
  RecoveryCodesIssued: { codeHashes: readonly string[] };
  RecoveryCodeUsed: { requestId: string; codeHash: string; at: string };
  AccessPassIssued: {
    passId: string;
    codeHash: string;
    once: boolean;
    until: string;
    reason: string;
  };
  AccessPassUsed: { requestId: string; passId: string; at: string };
  AccessPassEnded: { passId: string; ended: 'expired' | 'replaced' | 'revoked' };
  UserEnabled: NoData;
  UserDisabled: NoData;
  UserRemoved: {
    usernameKey: string;
    /** What was still under way and ends with the person. */
    openRequests: readonly string[];
    activationId?: string;
  };
  UserBlocked: {
    blockId: string;
    reason: string;
    until: string;
    flag: 'none' | 'fraud' | 'lockout';
    fraudReportId?: string;
  };
  UserUnblocked: { blockId: string; reason: string; ended: 'unblocked' | 'expired' };
  /** An administrator gives back the budget of guesses. */
  UserUnlocked: { reason: string };
  /** Open and closed challenges stand on the person so that joining, limits and blocks need no view. */
  UserChallengeOpened: {
    requestId: string;
    originKey: string;
    method: Method;
    expiresAt: string;
    at: string;
    /** By which an approval is remembered where a cache rule says so; the address as a keyed hash. */
    channel?: Channel;
    application?: string;
    ipKey?: string;
  };
  UserChallengeClosed: { requestId: string; code: ResultCode; at: string };
  UserCodeAccepted: {
    requestId: string;
    tokenId: string;
    /** Time steps since 1970 (RFC 6238); this one and older ones never pass again. */
    step: number;
    /** Learned difference of the token's clock, in steps. */
    drift: number;
    at: string;
    channel?: Channel;
    application?: string;
    ipKey?: string;
  };
  UserCodeRefused: { requestId: string; reason: CodeFault; at: string };
  DeviceActivationRequested: { activationId: string; expiresAt: string; replaces?: string };
  DeviceActivated: {
    deviceId: string;
    activationId: string;
    name: Sealed;
    tokenHash: string;
    appVersion: string;
    /** Seed that the app shows codes from, base32; absent where codes are off. */
    oathSecret?: Sealed;
    /** Hash of the code that confirms the activation. */
    confirmationHash: string;
    confirmBy: string;
    drift: number;
    /** Hash of the permit for one change of the device's token, where the app asked for one. */
    permitHash?: string;
    address?: Sealed;
    /** Point on P-256, base64url: the device signs every answer with the key behind it (SEC-49). */
    publicKey?: string;
    /** Its app can be asked for six digits (SEC-37). */
    typesSixDigits?: boolean;
  };
  DeviceConfirmed: { deviceId: string; activationId: string; address?: Sealed };
  DeviceRemoved: { deviceId: string; reason: 'removed' | 'unconfirmed' | 'replaced' | 'denied' };
  DeviceTokenChanged: {
    deviceId: string;
    tokenHash: string;
    notificationType: string;
    address?: Sealed;
  };
  DevicePermitIssued: { deviceId: string; permitHash: string };
  /** Somebody else may approve in this person's place for a time. */
  DelegationSet: { delegationId: string; toUserId: string; from: string; until: string };
  DelegationEnded: { delegationId: string };
};

/** A name; stream username-<hash>: its first event is the reservation. */
export type UsernameEvents = {
  UsernameReserved: { userId: string };
  UsernameReleased: { userId: string };
};
