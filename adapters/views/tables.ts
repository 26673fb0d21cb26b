import type { DeviceAnswer } from '../../domain/events.ts';
import type { AppMode, Channel, Method } from '../../domain/methods.ts';
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
  objectId: string;
  phone: string;
  backupPhone: string;
  addedAt: string;
  changedAt: string;
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
  digits: number;
  periodSeconds: number;
  assignedAt: string;
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
  state: 'awaiting-user' | 'awaiting-code' | 'joined' | TerminalState;
  code: ResultCode | null;
  rule: string | null;
  leaderId: string | null;
  expiresAt: string | null;
  fraudAllowed: Flag;
  fraudBlock: Flag;
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

/** Whom a stream without a user id in each event is about. */
export type AuditSubjectRow = { stream: string; userId: string };

/** How far a projection has read. Written in the same transaction as its rows. */
export type CheckpointRow = { projection: string; version: number; position: number };

/** Every table of the views, by name. */
export type ViewsDatabase = {
  users: UserRow;
  removedUsers: RemovedUserRow;
  devices: DeviceRow;
  tokens: TokenRow;
  requests: RequestRow;
  challenges: ChallengeRow;
  blocks: BlockRow;
  fraudReports: FraudReportRow;
  activations: ActivationRow;
  serviceAccounts: ServiceAccountRow;
  apiClients: ApiClientRow;
  deployment: DeploymentRow;
  settings: SettingRow;
  audit: AuditLineRow;
  auditSubjects: AuditSubjectRow;
  checkpoints: CheckpointRow;
};

export type TableName = keyof ViewsDatabase;
