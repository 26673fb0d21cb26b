import type { ExemptionCommands, ExemptionQueries } from './facade/exemptions.ts';
import type { Actor } from '../domain/events.ts';
import type { AppMode, Channel, Method, Preferences } from '../domain/methods.ts';
import type { ApiClientCommands, ApiClientQueries, Reach } from './facade/apiClients.ts';
import type { ApprovalCommands, ApprovalQueries } from './facade/approvals.ts';
import type { WarningQueries } from './facade/warnings.ts';
import type { Attempt, AuthenticateInput, Waiting } from './facade/attempts.ts';
import type {
  ActivationAnswer,
  BeginActivation,
  DeviceCall,
  IssuedActivation,
  PadAnswer,
  Push,
  PushAnswer,
  ValidateAnswer,
} from './facade/devices.ts';
import type {
  AuditRow,
  BlockView,
  Explanation,
  Page,
  Paging,
  RebuildReport,
  RequestFilter,
  RequestView,
  ServiceAccountView,
  UserFilter,
  UserView,
} from './facade/views.ts';
import type { AuditingDoor } from './facade/auditing.ts';
import type { CallDoor } from './facade/calls.ts';
import type { EventQueries } from './facade/events.ts';
import type { ItemCommands, ItemQueries } from './facade/items.ts';
import type { WebhookCommands, WebhookQueries } from './facade/webhooks.ts';
import type { LoginCommands } from './facade/logins.ts';
import type { EventTypeView } from './facade/eventTypes.ts';
import type { LagDoor } from './facade/lag.ts';
import type { LedgerDoor } from './facade/ledger.ts';
import type { MailCommands, MailQueries } from './facade/mail.ts';
import type { PhoneOwnerQueries } from './facade/phoneOwners.ts';
import type { PrivacyCommands } from './facade/privacy.ts';
import type { TelephonyCommands, TelephonyQueries } from './facade/telephony.ts';
import type { SpareCodeCommands, SpareCodeQueries } from './facade/spareCodes.ts';
import type { RadiusCommands, RadiusQueries } from './facade/radius.ts';
import type { RefusalDoor } from './facade/refusals.ts';
import type { RetentionDoor } from './facade/retention.ts';
import type { TokenCommands, TokenQueries } from './facade/tokens.ts';
import type { UserCommands, UserQueries } from './facade/users.ts';

export type * from './facade/attempts.ts';
export type * from './facade/devices.ts';
export type * from './facade/views.ts';

/**
 * The one door in and the one door out. Front ends translate a protocol to these calls and their answers back;
 * they decide nothing and see no store, no workflow and no secret but the ones that pass through them once.
 * Commands throw `Rejected` (domain/errors.ts) where the rules say no, and `Unavailable` where a
 * dependency does not answer.
 */
export type Facade = {
  readonly commands: Commands;
  readonly queries: Queries;
  /** Every type of event that the log can hold. */
  readonly eventTypes?: () => readonly EventTypeView[];
  /** Absent where keys of calls are known to one process alone. */
  readonly calls?: CallDoor;
  /** Absent where a process has no ledger. */
  readonly ledger?: LedgerDoor;
  /** Absent where a process only answers for another one. */
  readonly auditing?: AuditingDoor;
  /** Absent where another process removes what is old. */
  readonly retention?: RetentionDoor;
  readonly lag?: LagDoor;
  readonly refusals?: RefusalDoor;
};

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
    PrivacyCommands,
    LoginCommands,
    RadiusCommands,
    ApiClientCommands,
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
  /** @throws {Rejected} conflict where the settings are no longer as `seen` */
  changeSettings(
    caller: Caller,
    changes: Readonly<Record<string, string | number | boolean>>,
    seen?: Readonly<Record<string, string | number | boolean>>,
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

export interface Queries
  extends
    SpareCodeQueries,
    UserQueries,
    TokenQueries,
    EventQueries,
    ItemQueries,
    WebhookQueries,
    ExemptionQueries,
    TelephonyQueries,
    PhoneOwnerQueries,
    MailQueries,
    RadiusQueries,
    ApiClientQueries,
    WarningQueries,
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
  listRequests(filter: RequestFilter, paging: Paging): Promise<Page<RequestView>>;
  listBlocks(
    filter: { open?: boolean; username?: string; reach?: Reach },
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
  getSettings(): Promise<Readonly<Record<string, string | number | boolean>>>;
  /** True where the log takes writes and the workflow engine answers, asked now. */
  canWrite(): Promise<boolean>;
  readiness(): Promise<{ ready: boolean; checks: Readonly<Record<string, string>> }>;
}
