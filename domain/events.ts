import type { AppMode, Channel, Method } from './methods.ts';
import type { ResultCode } from './results.ts';
import type { Sealed } from './sealed.ts';

/**
 * Every fact the log can hold, by type (spec/85 'Catalogue': `authentication.deviceAnswered` is stored as
 * `AuthenticationDeviceAnswered`). Types are past tense and are never renamed; a changed meaning is a new version.
 * Instants are ISO 8601 UTC. `Sealed` values open only with the key of the person they belong to.
 */
export type EventData = {
  // --- one attempt; stream authentication-<requestId>, written by its workflow alone ---
  AuthenticationRequested: {
    channel: Channel;
    application: string;
    /** The authenticated caller (service account, API client), and who it says it acts for. */
    callerId: string;
    /** Hash of caller, channel, application and origin: equal attempts join, others never do. */
    originKey: string;
    requireUserMatch: boolean;
    /** Absent for a user that is not in the list. */
    userId?: string;
    /** As typed; kept only where it is not the stored spelling of the user. */
    username?: Sealed;
    initiatingIp?: Sealed;
    reference?: string;
  };
  AuthenticationRuleMatched: { rule: string };
  AuthenticationJoined: { leaderId: string };
  AuthenticationChallengeSent: {
    method: Method;
    expiresAt: string;
    fraudAllowed: boolean;
    fraudBlock: boolean;
    /** One row a device; the guid is what that device sends back. Empty for a typed code. */
    devices: readonly ChallengedDevice[];
  };
  AuthenticationCodeSubmitted: {
    accepted: boolean;
    reason?: 'WRONG_CODE' | 'CODE_REUSED';
    tokenId?: string;
    triesLeft: number;
  };
  AuthenticationDeviceAnswered: {
    deviceId: string;
    guid: string;
    answer: DeviceAnswer;
    /** What the person did; a plain tap is the weakest form (SEC-37). */
    form: 'plain';
    appVersion?: string;
    osVersion?: string;
    address?: Sealed;
  };
  AuthenticationApproved: Ended;
  AuthenticationSkipped: Ended;
  AuthenticationDenied: Ended;
  AuthenticationExpired: Ended;
  AuthenticationFailed: Ended;
  AuthenticationCancelled: Ended;

  // --- a person; stream user-<userId>, shared: every append is guarded by its expected revision ---
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
    source: 'manual' | 'import';
  };
  UserUpdated: { firstName?: Sealed; lastName?: Sealed; email?: Sealed; group?: string };
  UserMethodChanged: { method: Method; appMode: AppMode };
  UserPhoneChanged: { which: 'primary' | 'backup'; masked: string; phone?: Sealed };
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
  };
  UserCodeRefused: { requestId: string; reason: 'WRONG_CODE' | 'CODE_REUSED'; at: string };
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
  TokenAssigned: {
    tokenId: string;
    serial: string;
    secret: Sealed;
    digits: number;
    periodSeconds: number;
  };
  TokenDisabled: { tokenId: string };

  // --- a name; stream username-<hash>: its first event is the reservation ---
  UsernameReserved: { userId: string };
  UsernameReleased: { userId: string };

  // --- a fraud report; stream fraudReport-<requestId> ---
  FraudReported: { userId: string; requestId: string; deviceId: string; blockId?: string };
  FraudReviewed: { verdict: 'confirmed' | 'dismissed'; note: string };

  // --- an activation; stream activation-<keyed hash of its code> ---
  /** `routeHash` is the hash of the unguessable part of its address. */
  ActivationIssued: { userId: string; expiresAt: string; routeHash: string };
  ActivationBegun: {
    attempt: string;
    guid: string;
    tokenHash: string;
    deviceId: string;
    answerBy: string;
  };
  ActivationValidated: {
    attempt: string;
    appVersion?: string;
    osVersion?: string;
    permitHash?: string;
  };
  ActivationAttemptFailed: { attempt: string; reason: 'noAnswer' | 'refused' | 'abandoned' };
  ActivationEnded: { reason: 'used' | 'expired' | 'replaced' | 'revoked' };

  // --- configuration; stream settings ---
  DeploymentCreated: { tenantId: string; groupKey: string; companyName: string };
  SettingsChanged: { changes: Readonly<Record<string, string | number | boolean>> };
  ServiceAccountAdded: {
    accountId: string;
    name: string;
    secretHash: string;
    groups: readonly string[];
  };
  ServiceAccountRemoved: { accountId: string };
  ApiClientAdded: {
    clientId: string;
    name: string;
    secretHash: string;
    scopes: readonly string[];
  };
  ApiClientRemoved: { clientId: string };

  // --- the program itself; stream system ---
  SystemStarted: { node: string; version: string };
  UnsealedPayloadRefused: { workflowId: string };
};

export type ChallengedDevice = {
  readonly deviceId: string;
  readonly guid: string;
  readonly tokenHash: string;
  /** Random challenge for the app's proof of its seed (contracts/mobile-app.md 10.3), decimal. */
  readonly oathCounter: string;
};

export type DeviceAnswer = 'approve' | 'deny' | 'fraud';

/** The type says it all. */
type NoData = Readonly<Record<string, never>>;
type Ended = { code: ResultCode; userId?: string };

export type EventType = keyof EventData;
/** An event as deciders make and fold it. */
export type DomainEvent<T extends EventType = EventType> = T extends EventType
  ? { readonly type: T; readonly data: Readonly<EventData[T]> }
  : never;

/** Who caused an event. Ids are opaque; names are looked up when shown. */
export type Actor = {
  readonly kind: 'user' | 'administrator' | 'serviceAccount' | 'apiClient' | 'device' | 'system';
  readonly id: string;
};

/** What stands around every event (spec/85 'Envelope'). */
export type EventMeta = {
  /** When it happened, by the clock of the one who says so. */
  readonly at: string;
  readonly actor: Actor;
  readonly channel?: Channel;
  /** Network peer of a calling program; never a person's address, which is sealed in the data. */
  readonly address?: string;
  /** A name given by a caller ("changedBy"), kept apart from the actor; sealed under `requests`. */
  readonly onBehalfOf?: Sealed;
  /** Ties a login, a run or a batch together. */
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly workflowId?: string;
};
