import type { ExemptionCommands, ExemptionQueries } from './facade/exemptions.ts';
import type { Answered } from '../domain/attemptPush.ts';
import type { Actor, DeviceAnswer } from '../domain/events.ts';
import type {
  AppMode,
  Channel,
  Method,
  Preferences,
  SmsDirection,
  StandardOrPin,
} from '../domain/methods.ts';
import type { CacheRule } from '../domain/items/rules.ts';
import type { Outcome, ResultCode } from '../domain/results.ts';
import type { ApprovalCommands, ApprovalQueries } from './facade/approvals.ts';
import type { ItemCommands, ItemQueries } from './facade/items.ts';
import type { WebhookCommands, WebhookQueries } from './facade/webhooks.ts';
import type { MailCommands, MailQueries } from './facade/mail.ts';
import type { TelephonyCommands, TelephonyQueries } from './facade/telephony.ts';
import type { SpareCodeCommands, SpareCodeQueries } from './facade/spareCodes.ts';
import type { TokenCommands, TokenQueries, TokenView } from './facade/tokens.ts';
import type { UserCommands, UserDetails, UserQueries } from './facade/users.ts';

/**
 * The one door in and the one door out. Front ends translate a protocol to these calls and their answers back;
 * they decide nothing and see no store, no workflow and no secret but the ones that pass through them once.
 * Commands throw `Rejected` (domain/errors.ts) where the rules say no, and `Unavailable` where a
 * dependency does not answer.
 */
export type Facade = { readonly commands: Commands; readonly queries: Queries };

/** The log or the workflow engine does not answer in time; nothing was decided. Safe to try again. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** Who calls: the authenticated account, never a name from the message. */
export type Caller = {
  readonly actor: Actor;
  readonly channel: Channel;
  /** Peer address of the calling program. */
  readonly address?: string;
  /** "changedBy" and the like: a name that the caller gives; recorded as such, trusted for nothing. */
  readonly onBehalfOf?: string;
  /** Id of this very call, or of the caller's trace; the events that it causes carry it. */
  readonly callId?: string;
};

/** Cuts a long wait short when the other side is gone. */
export type Waiting = { readonly waitMs: number; readonly signal?: AbortSignal };

export type AuthenticateInput = {
  readonly username: string;
  readonly application: string;
  readonly requireUserMatch: boolean;
  /** Free text in practice; used as an address only where it parses as one. */
  readonly initiatingIp?: string;
  /** A typed OATH code: decides the attempt at once, whatever the person's method is. */
  readonly code?: string;
  readonly method?: Method;
  /** The caller's own reference, at most 128 characters, returned everywhere. */
  readonly reference?: string;
  /** Equal keys of one caller name one attempt, for 24 h. */
  readonly idempotencyKey?: string;
  /** Seconds a push stays answerable, 15–180; the company setting (60) where absent. */
  readonly expiresInSeconds?: number;
  /** False where the caller cannot show a number. */
  readonly numberMatch?: boolean;
  /**
   * Names the login, over protocols and nodes: requests with the same key meet one attempt and get one answer. At most
   * 128 characters, not to be guessed by others.
   */
  readonly loginKey?: string;
  /** What the person is shown beside the application's name: title at most 80, 10 pairs. */
  readonly context?: AttemptContext;
  /** The person must be asked: no bypass, cache or trusted address stands in for it. */
  readonly mustAsk?: boolean;
};

export type AttemptContext = {
  readonly title?: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly location?: string;
};

/** How an attempt stands. `outcome` is there once it has ended; it never changes after that. */
export type Attempt = {
  /** 32 upper-case hexadecimal digits. */
  readonly requestId: string;
  readonly state:
    | 'challenging'
    | 'awaiting-user'
    | 'awaiting-code'
    | 'awaiting-approval'
    | 'joined'
    | Outcome['state'];
  readonly code?: ResultCode;
  /** Two digits to show at the login; the app wants them (SEC-37). */
  readonly displayNumber?: string;
  /** The approval of other people that is waited for. */
  readonly approvalId?: string;
  readonly method?: Method;
  /** The person was asked for their PIN too. */
  readonly withPin?: true;
  /** By what an approval of before counts for this login; with code `CACHED`. */
  readonly cachedBy?: CacheRule['type'];
  readonly triesLeft?: number;
  readonly expiresAt?: string;
};

export type NewUser = {
  readonly username: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly group?: string;
  readonly enabled?: boolean;
  readonly method?: Method;
  readonly appMode?: AppMode;
  /** `+CC number xEXT` (spec/00 'Phone number'). */
  readonly phone?: string;
  readonly backupPhone?: string;
  readonly description?: string;
  readonly uniqueIdentifier?: string;
} & Partial<Preferences>;

export type UserChanges = Partial<Omit<NewUser, 'username'>> & {
  /** Fields that no sync overwrites from now on, and those that the directory governs again. */
  readonly overrides?: readonly string[];
  readonly clearOverrides?: readonly string[];
};

export type IssuedActivation = {
  readonly activationId: string;
  /** 9 digits; shown once. */
  readonly code: string;
  /** Mobile service URL with its unguessable route segment. */
  readonly url: string;
  /** What the QR code holds: `phonefactor://activate_account?code=…&url=…`. */
  readonly link: string;
  readonly expiresAt: string;
};

/** What a phone call carries, besides its message. Tokens arrive hashed (SHA-256, lower-case hex). */
export type DeviceCall = {
  readonly tokenHash: string;
  readonly appVersion?: string;
  readonly osVersion?: string;
  /** Peer address of the phone; sealed before it is stored. */
  readonly address?: string;
};

export type BeginActivation = DeviceCall & {
  readonly code: string;
  /** The 22 characters of the route segment, where the app used such a URL. */
  readonly routeSegment?: string;
  readonly deviceName: string;
  /** The app's clock, Unix seconds / 30. */
  readonly oathCounter?: string;
  /** `NO_DEVICE_TOKEN`: codes only, no push. */
  readonly codesOnly: boolean;
};

export type ActivationAnswer =
  | {
      readonly kind: 'activated';
      readonly username: string;
      readonly tenantId: string;
      readonly objectId: string;
      /** 16 digits, or `0` where no confirmation is wanted. */
      readonly confirmationCode: string;
      /** Base32, lower case; absent where codes are off. */
      readonly oathSecret?: string;
      /** phoneAppDetailId. */
      readonly deviceId: string;
      readonly groupKey: string;
    }
  /** Code 15: wrong, expired, used, reserved, or the device did not answer; never told apart. */
  | { readonly kind: 'failed' }
  /** Code 9010, told only after a right code: no free slot, method off, user disabled or blocked. */
  | { readonly kind: 'notAllowed' };

export type PadAnswer = { readonly answer: Answered; readonly triesLeft: number };

export type ValidateAnswer =
  | {
      readonly kind: 'recorded';
      readonly groupKey: string;
      readonly accountName: string;
      readonly username: string;
      /** The new dosPreventer, where it was asked for. */
      readonly permit?: string;
    }
  | { readonly kind: 'notOpen' | 'answered' };

/** A push as contracts/mobile-app.md section 6 has it: all values strings. */
export type Push = Readonly<Record<string, string>>;

export type PushAnswer = DeviceCall & {
  readonly guid: string;
  readonly answer: DeviceAnswer;
  /** Proof of the seed (10.3), 40 hex digits; must be right where present. */
  readonly proof?: string;
  /** The device's token from now on, hashed, where it differs. */
  readonly newTokenHash?: string;
  readonly notificationType?: string;
  readonly pin?: string;
  /** The number that the login shows, as picked or typed. */
  readonly number?: string;
  /** False where the PIN is only to be checked. */
  readonly authenticate?: boolean;
  /** Replaces the PIN, which must be right. */
  readonly newPin?: string;
};

export interface Commands
  extends
    UserCommands,
    TokenCommands,
    SpareCodeCommands,
    ItemCommands,
    WebhookCommands,
    ExemptionCommands,
    TelephonyCommands,
    MailCommands,
    ApprovalCommands {
  /** Runs one attempt and waits for its end, or for `waitMs`: then the answer is how it stands. */
  authenticate(caller: Caller, input: AuthenticateInput, waiting: Waiting): Promise<Attempt>;
  /** Hands in a typed code for an open attempt of this caller. @throws {Rejected} notFound, alreadyDecided, notAllowed */
  submitCode(caller: Caller, requestId: string, code: string): Promise<Attempt>;
  /** Ends an open attempt. @throws {Rejected} notFound, alreadyDecided */
  cancelAuthentication(caller: Caller, requestId: string): Promise<Attempt>;

  addUser(caller: Caller, user: NewUser): Promise<{ userId: string }>;
  /** @throws {Rejected} conflict where the record has another version than `expectedVersion` */
  updateUser(
    caller: Caller,
    username: string,
    changes: UserChanges,
    expectedVersion?: number,
  ): Promise<void>;
  setUserEnabled(caller: Caller, username: string, enabled: boolean): Promise<void>;
  removeUser(caller: Caller, username: string): Promise<void>;
  /** @returns the block's id and end; a user that is blocked already keeps the older block */
  blockUser(
    caller: Caller,
    username: string,
    block: { reason: string; days?: number },
  ): Promise<{ blockId: string; until: string }>;
  unblockUser(caller: Caller, username: string, reason: string): Promise<void>;
  /** Gives a user who has used up the guesses a new budget; only an administrator does (SEC-31). */
  unlockUser(caller: Caller, username: string, reason: string): Promise<void>;
  reviewFraud(
    caller: Caller,
    requestId: string,
    review: { verdict: 'confirmed' | 'dismissed'; note: string; unblock: boolean },
  ): Promise<void>;

  createActivation(caller: Caller, username: string): Promise<IssuedActivation>;
  removeDevice(caller: Caller, username: string, deviceId: string): Promise<void>;

  /** A service account; its password is in this answer only. */
  addServiceAccount(
    caller: Caller,
    account: { name: string; groups?: readonly string[] },
  ): Promise<{ username: string; password: string }>;
  removeServiceAccount(caller: Caller, name: string): Promise<void>;
  addApiClient(
    caller: Caller,
    client: { name: string; scopes: readonly string[] },
  ): Promise<{ clientId: string; token: string }>;
  removeApiClient(caller: Caller, clientId: string): Promise<void>;
  changeSettings(
    caller: Caller,
    changes: Readonly<Record<string, string | number | boolean>>,
  ): Promise<void>;

  /** ActivateNew: holds until the device has answered N1, or until the wait is over. */
  beginActivation(call: BeginActivation, waiting: Waiting): Promise<ActivationAnswer>;
  /** The device's answer to N1. */
  validateDevice(
    call: DeviceCall & { guid: string; valid: boolean; wantsPermit: boolean },
  ): Promise<ValidateAnswer>;
  /** ConfirmActivation. @returns undefined for a wrong, used or expired code */
  confirmActivation(
    confirmationCode: string,
    address: string | undefined,
  ): Promise<{ deviceId: string } | undefined>;
  answerPush(call: PushAnswer): Promise<PadAnswer>;
  /** Device-token change in one step; false for a wrong permit or an unknown old token. */
  changeDeviceToken(
    call: DeviceCall & {
      permit: string;
      oldTokenHash: string;
      newTokenHash: string;
      notificationType: string;
    },
  ): Promise<boolean>;
  /** Makes a new permit (dosPreventer) for an active device that asks for one. */
  issuePermit(call: DeviceCall): Promise<string | undefined>;

  /** Makes the views anew beside the live ones, compares row by row, switches. */
  rebuildViews(
    caller: Caller,
    onProgress: (done: number, total: number) => void,
  ): Promise<RebuildReport>;
}

export type RebuildReport = {
  readonly position: number;
  readonly events: number;
  readonly tables: readonly { name: string; rows: number; equal: boolean }[];
};

export type UserView = {
  readonly userId: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly group: string;
  readonly enabled: boolean;
  readonly method: Method;
  readonly appMode: AppMode;
  /** Masked: `+1 XXXXXXX147`. */
  readonly phone: string;
  readonly backupPhone: string;
  readonly blocked?: { blockId: string; reason: string; until: string };
  readonly devices: readonly DeviceView[];
  readonly tokens: readonly TokenView[];
  readonly addedAt: string;
  readonly changedAt: string;
} & UserDetails;
export type DeviceView = {
  readonly deviceId: string;
  readonly name: string;
  readonly state: 'pending' | 'active';
  readonly appVersion: string;
  readonly activatedAt: string;
};

export type RequestView = {
  readonly requestId: string;
  readonly at: string;
  readonly endedAt?: string;
  readonly username: string;
  readonly application: string;
  readonly channel: Channel;
  readonly callerId: string;
  readonly initiatingIp: string;
  readonly method?: Method;
  readonly state: Attempt['state'];
  readonly code?: ResultCode;
  readonly reference?: string;
  readonly expiresAt?: string;
  readonly devices: readonly { deviceId: string; name: string; answer?: DeviceAnswer }[];
};

export type BlockView = {
  readonly blockId: string;
  readonly userId: string;
  readonly username: string;
  readonly reason: string;
  readonly flag: 'none' | 'fraud' | 'lockout';
  readonly at: string;
  readonly until: string;
  readonly endedAt?: string;
  readonly endReason?: string;
};

/** One line of the audit log, ready to be read by a person. */
export type AuditRow = {
  readonly position: number;
  readonly at: string;
  readonly type: string;
  readonly actor: string;
  readonly subject: string;
  readonly channel: string;
  readonly address: string;
  readonly requestId: string;
  readonly summary: string;
};

/** The story of one request: its events with the rules that decided, and the run behind them. */
export type Explanation = {
  readonly requestId: string;
  readonly workflowId: string;
  readonly runs: readonly { runId: string; status: string; startedAt: string }[];
  readonly events: readonly (AuditRow & { data: Readonly<Record<string, unknown>> })[];
};

export type Page<Row> = { readonly rows: readonly Row[]; readonly nextCursor?: string };
export type Paging = { readonly limit?: number; readonly cursor?: string };

export type UserFilter = {
  readonly text?: string;
  readonly enabled?: boolean;
  readonly method?: Method;
  /** Standard or PIN, of the method that each person has. */
  readonly mode?: StandardOrPin;
  readonly smsDirection?: SmsDirection;
  readonly group?: string;
  readonly source?: UserDetails['source'];
  readonly blocked?: boolean;
  /** Without phone, device and token. */
  readonly unregistered?: boolean;
};

/** What a service account may be told apart by; the hash stays inside. */
export type ServiceAccountView = {
  readonly accountId: string;
  readonly name: string;
  readonly groups: readonly string[];
};

export interface Queries
  extends
    SpareCodeQueries,
    UserQueries,
    TokenQueries,
    ItemQueries,
    WebhookQueries,
    ExemptionQueries,
    TelephonyQueries,
    MailQueries,
    ApprovalQueries {
  /** By any accepted spelling (without regard to case). */
  findUser(username: string): Promise<UserView | undefined>;
  listUsers(filter: UserFilter, paging: Paging): Promise<Page<UserView>>;
  getRequest(requestId: string): Promise<RequestView | undefined>;
  /** Long poll: resolves with the attempt once its state differs from `since`, or after the wait. */
  awaitRequest(
    requestId: string,
    since: string,
    waiting: Waiting,
  ): Promise<RequestView | undefined>;
  listRequests(
    filter: { username?: string; state?: string; application?: string },
    paging: Paging,
  ): Promise<Page<RequestView>>;
  listBlocks(
    filter: { open?: boolean; username?: string },
    paging: Paging,
  ): Promise<Page<BlockView>>;
  auditLog(
    filter: { username?: string; requestId?: string; type?: string; from?: string; to?: string },
    paging: Paging,
  ): Promise<Page<AuditRow>>;
  explain(requestId: string): Promise<Explanation | undefined>;
  /** Open pushes for a device token, oldest first; waits for the first one (contracts/mobile-app.md 8.1). */
  pull(tokenHash: string, waiting: Waiting): Promise<readonly Push[]>;
  /** Details of one open push for the device it was sent to. */
  pushDetails(guid: string, tokenHash: string): Promise<Push | 'notOpen' | 'answered'>;
  /** Checks a service account's password in constant time; undefined for unknown name or wrong password. */
  verifyServiceAccount(name: string, password: string): Promise<ServiceAccountView | undefined>;
  listServiceAccounts(): Promise<readonly ServiceAccountView[]>;
  /** Checks an API token; undefined for an unknown one. */
  verifyApiToken(
    token: string,
  ): Promise<{ clientId: string; scopes: readonly string[] } | undefined>;
  getSettings(): Promise<Readonly<Record<string, string | number | boolean>>>;
  /** True where the log takes writes and the workflow engine answers, asked now. */
  canWrite(): Promise<boolean>;
  readiness(): Promise<{ ready: boolean; checks: Readonly<Record<string, string>> }>;
}
