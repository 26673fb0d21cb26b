import type { DeviceAnswer } from '../../domain/events.ts';
import type {
  AppMode,
  Channel,
  Method,
  SmsDirection,
  StandardOrPin,
} from '../../domain/methods.ts';
import type { ResultCode } from '../../domain/results.ts';
import type { Reach } from './apiClients.ts';
import type { Attempt } from './attempts.ts';
import type { TokenView } from './tokens.ts';
import type { UserDetails } from './users.ts';

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

export type RequestFilter = {
  readonly username?: string;
  readonly state?: string;
  readonly application?: string;
  readonly code?: string;
  readonly channel?: Channel;
  /** Requested at this instant or later, and before this one. */
  readonly from?: string;
  readonly to?: string;
  readonly reach?: Reach;
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
  /** What it was decided by, as that stood when it was requested. */
  readonly rules?: {
    /** Settings that were not the default. */
    readonly settings: Readonly<Record<string, string | number | boolean>>;
    readonly items: readonly {
      kind: string;
      itemId: string;
      item: Readonly<Record<string, unknown>>;
    }[];
  };
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
  readonly reach?: Reach;
};

/** What a service account may be told apart by; the hash stays inside. */
export type ServiceAccountView = {
  readonly accountId: string;
  readonly name: string;
  readonly groups: readonly string[];
};
