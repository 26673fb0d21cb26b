import type { ApprovalRow, ApprovalTaskRow, DelegationRow } from './tables/approvals.ts';
import type { ChallengeRow, FraudReportRow, RequestRow } from './tables/attempts.ts';
import type { AuditLineRow, AuditSubjectRow, CheckpointRow } from './tables/audit.ts';
import type {
  ApiClientRow,
  ClientCertificateRow,
  DeploymentRow,
  ItemRow,
  RevokedTokenRow,
  ServiceAccountRow,
  SettingChangeRow,
  SettingRow,
} from './tables/configuration.ts';
import type { BlockRow, BypassRow } from './tables/exemptions.ts';
import type {
  ActivationRow,
  DeviceRow,
  SpareCodesRow,
  StockRow,
  TokenRow,
} from './tables/factors.ts';
import type { DeliveryRow, MailRow } from './tables/messages.ts';
import type {
  ImportRow,
  PhoneOwnerRow,
  RemovedUserRow,
  UserActivityRow,
  UserChangeRow,
  UserRow,
} from './tables/people.ts';

export type * from './tables/approvals.ts';
export type * from './tables/attempts.ts';
export type * from './tables/audit.ts';
export type * from './tables/configuration.ts';
export type * from './tables/exemptions.ts';
export type * from './tables/factors.ts';
export type * from './tables/flag.ts';
export type * from './tables/messages.ts';
export type * from './tables/people.ts';

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
  clientCertificates: ClientCertificateRow;
  revokedTokens: RevokedTokenRow;
  deployment: DeploymentRow;
  settings: SettingRow;
  settingChanges: SettingChangeRow;
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
