import type { ApprovalState } from '../../domain/approval/states.ts';
import type { DeviceAnswer } from '../../domain/events.ts';
import type {
  AppMode,
  Channel,
  Method,
  SmsDirection,
  StandardOrPin,
} from '../../domain/methods.ts';
import type { ResultCode, TerminalState } from '../../domain/results.ts';
import type { Sealed } from '../../domain/sealed.ts';

/** 0 or 1: neither SQLite nor a driver should have to guess at booleans. */
export type Flag = 0 | 1;

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

export type RequestRow = {
  requestId: string;
  /** Log position of the request: lists are ordered and paged by it. */
  position: number;
  at: string;
  endedAt: string | null;
  userId: string | null;
  /** Keyed hash of the name as typed, for people who are not in the list. */
  nameKey: string | null;
  usernameSealed: Sealed | null;
  initiatingIpSealed: Sealed | null;
  application: string;
  channel: Channel;
  callerId: string;
  reference: string | null;
  method: Method | null;
  state:
    | 'challenging'
    | 'awaiting-user'
    | 'awaiting-code'
    | 'awaiting-approval'
    | 'joined'
    | TerminalState;
  code: ResultCode | null;
  rule: string | null;
  leaderId: string | null;
  expiresAt: string | null;
  fraudAllowed: Flag;
  fraudBlock: Flag;
  mode: StandardOrPin | null;
  direction: SmsDirection | null;
  numberMatch: 'type' | 'pick' | null;
  /** PINs that a push may still be answered with. */
  pinTries: number;
  pinChange: Flag;
  /** Masked number that is called or texted. */
  phone: string;
  approvalId: string | null;
  /** JSON of title, details and location, sealed with the person's key. */
  contextSealed: Sealed | null;
  /** JSON: `{ deviceId, answer? }[]`. */
  devices: string;
};

/** One push to one device. Whether it is still open is told by its request or activation. */
export type ChallengeRow = {
  guid: string;
  position: number;
  kind: 'auth' | 'validate';
  requestId: string | null;
  activationId: string | null;
  deviceId: string;
  tokenHash: string;
  oathCounter: string;
  sentAt: string;
  expiresAt: string;
  answeredAt: string | null;
  answer: DeviceAnswer | null;
};

export type BlockRow = {
  blockId: string;
  position: number;
  userId: string;
  reason: string;
  flag: 'none' | 'fraud' | 'lockout';
  fraudReportId: string | null;
  at: string;
  until: string;
  endedAt: string | null;
  endReason: string | null;
};

export type BypassRow = {
  bypassId: string;
  position: number;
  userId: string;
  reason: string;
  seconds: number;
  createdAt: string;
  until: string;
  endedAt: string | null;
  ended: 'used' | 'expired' | 'replaced' | 'revoked' | null;
  /** The login that used it. */
  requestId: string | null;
};

export type FraudReportRow = {
  requestId: string;
  userId: string;
  deviceId: string;
  blockId: string | null;
  at: string;
  verdict: 'confirmed' | 'dismissed' | null;
  note: string | null;
  reviewedAt: string | null;
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

/** Removed accounts and clients keep their row (without a hash), so that old records show who it was. */
export type ServiceAccountRow = {
  accountId: string;
  name: string;
  /** Lower-case name: account names are compared without regard to case. */
  nameKey: string;
  secretHash: string | null;
  /** JSON: string[]. */
  groups: string;
  removedAt: string | null;
};

export type ApiClientRow = {
  clientId: string;
  name: string;
  secretHash: string | null;
  /** JSON: string[]. */
  scopes: string;
  removedAt: string | null;
};

export type DeploymentRow = {
  deploymentId: 'deployment';
  tenantId: string;
  groupKey: string;
  companyName: string;
};

export type SettingRow = {
  name: string;
  /** JSON: string, number or boolean. */
  value: string;
};

/** One entry of a list of the configuration. */
export type ItemRow = {
  /** `kind/itemId`. */
  itemKey: string;
  kind: string;
  itemId: string;
  /** JSON, as it stands in the event: secrets are sealed. */
  item: string;
  /** Log position at which it was first set: lists are ordered by it. */
  position: number;
  changedAt: string;
};

/** A mail, or one that was due and not sent. */
export type MailRow = {
  mailId: string;
  noticeId: string;
  position: number;
  occasion: string;
  state: 'queued' | 'sent' | 'failed' | 'skipped';
  reason: string | null;
  /** Whom it is about, and whom it goes to. */
  userId: string | null;
  toUserId: string | null;
  toSealed: Sealed | null;
  at: string;
  changedAt: string;
};

export type DeliveryRow = {
  deliveryId: string;
  /** Log position at which it was queued. */
  position: number;
  webhookId: string;
  type: string;
  aggregate: string | null;
  /** Log position of the event that is told; null where somebody else made the body. */
  eventPosition: number | null;
  occurredAt: string;
  queuedAt: string;
  state: 'open' | 'acknowledged' | 'parked';
  attempts: number;
  lastReason: string | null;
  retryAt: string | null;
  endedAt: string | null;
};

export type AuditLineRow = {
  position: number;
  at: string;
  type: string;
  actorKind: string;
  actorId: string;
  onBehalfOfSealed: Sealed | null;
  userId: string | null;
  requestId: string | null;
  channel: string;
  address: string;
  /** JSON: texts and `[kind, id]` pairs, whose names are looked up when the line is read. */
  summary: string;
};

/** A request for approval. What people wrote stays sealed with the requestor's key. */
export type ApprovalRow = {
  approvalId: string;
  /** Log position of the request: lists are ordered and paged by it. */
  position: number;
  revision: number;
  createdAt: string;
  changedAt: string;
  endedAt: string | null;
  state: ApprovalState;
  /** 1 while a workflow must work on it: not over, or somebody is still to be told. */
  isOpen: Flag;
  openCallbacks: number;
  openVerifications: number;
  requestorId: string;
  beneficiaryId: string | null;
  subjectKind: string;
  subjectId: string;
  subjectName: string;
  titleSealed: Sealed;
  detailsSealed: Sealed | null;
  linkSealed: Sealed | null;
  justificationSealed: Sealed | null;
  hash: string;
  policyId: string;
  policyName: string;
  approversVisible: Flag;
  delegation: Flag;
  callerId: string;
  reference: string | null;
  stage: number | null;
  level: number | null;
  stages: number;
  until: string | null;
  requestedTime: string | null;
  ttlSeconds: number | null;
  reason: string | null;
  requestorRequestId: string | null;
  /** JSON: ApprovalDecided data, comments sealed. */
  decisions: string;
};

/** One approver's place in one stage. */
export type ApprovalTaskRow = {
  taskId: string;
  approvalId: string;
  approverId: string;
  position: number;
  stage: number;
  level: number;
  askedAt: string;
  /** `open` until the stage closes, decided or not. */
  state: 'open' | 'settled' | 'gone';
  decision: 'approve' | 'reject' | null;
  /** Who took the place, where that was a delegate. */
  decidedBy: string | null;
};

export type DelegationRow = {
  delegationId: string;
  userId: string;
  toUserId: string;
  fromAt: string;
  untilAt: string;
};

/** Whom a stream without a user id in each event is about. */
export type AuditSubjectRow = { stream: string; userId: string };

/** How far a projection has read. Written in the same transaction as its rows. */
export type CheckpointRow = { projection: string; version: number; position: number };

/** Every table of the views, by name. */
export type ViewsDatabase = {
  users: UserRow;
  userActivity: UserActivityRow;
  userChanges: UserChangeRow;
  imports: ImportRow;
  phoneOwners: PhoneOwnerRow;
  removedUsers: RemovedUserRow;
  devices: DeviceRow;
  tokens: TokenRow;
  stock: StockRow;
  spareCodes: SpareCodesRow;
  requests: RequestRow;
  challenges: ChallengeRow;
  blocks: BlockRow;
  bypasses: BypassRow;
  fraudReports: FraudReportRow;
  activations: ActivationRow;
  serviceAccounts: ServiceAccountRow;
  apiClients: ApiClientRow;
  deployment: DeploymentRow;
  settings: SettingRow;
  items: ItemRow;
  deliveries: DeliveryRow;
  mails: MailRow;
  audit: AuditLineRow;
  approvals: ApprovalRow;
  approvalTasks: ApprovalTaskRow;
  delegations: DelegationRow;
  auditSubjects: AuditSubjectRow;
  checkpoints: CheckpointRow;
};

export type TableName = keyof ViewsDatabase;
