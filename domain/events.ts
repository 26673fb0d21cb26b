import type { ActivationEvents } from './events/activations.ts';
import type { ApiClientEvents } from './events/apiClients.ts';
import type { ApprovalEvents } from './events/approvals.ts';
import type { AttemptEvents } from './events/attempts.ts';
import type { AuditingEvents } from './events/auditing.ts';
import type { ConfigurationEvents, SystemEvents } from './events/configuration.ts';
import type { FraudEvents } from './events/frauds.ts';
import type { ImportEvents } from './events/imports.ts';
import type { LedgerEvents } from './events/ledger.ts';
import type { MailEvents } from './events/mails.ts';
import type { PrivacyEvents } from './events/privacy.ts';
import type { AccountingEvents, RadiusEvents } from './events/radius.ts';
import type { TokenEvents, TokenInventoryEvents } from './events/tokens.ts';
import type { UserEvents, UsernameEvents } from './events/users.ts';
import type { WebhookEvents } from './events/webhooks.ts';
import type { Channel } from './methods.ts';
import type { Sealed } from './sealed.ts';

export type { ChallengedDevice, DeviceAnswer } from './events/attempts.ts';

/**
 * Every fact the log can hold, by type (spec/85 'Catalogue': `authentication.deviceAnswered` is stored as
 * `AuthenticationDeviceAnswered`); one file an area under events/. Types are past tense and are never renamed; a
 * changed meaning is a new version. Instants are ISO 8601 UTC. `Sealed` values open only with the key of the person
 * they belong to.
 */
export type EventData = AttemptEvents &
  UserEvents &
  UsernameEvents &
  PrivacyEvents &
  TokenEvents &
  TokenInventoryEvents &
  FraudEvents &
  ActivationEvents &
  ApprovalEvents &
  MailEvents &
  WebhookEvents &
  RadiusEvents &
  AccountingEvents &
  ImportEvents &
  LedgerEvents &
  ConfigurationEvents &
  ApiClientEvents &
  AuditingEvents &
  SystemEvents;

export type EventType = keyof EventData;
/** An event as deciders make and fold it. */
export type DomainEvent<T extends EventType = EventType> = T extends EventType
  ? { readonly type: T; readonly data: Readonly<EventData[T]> }
  : never;

/** Who caused an event. Ids are opaque; names are looked up when shown. */
export type Actor = {
  readonly kind:
    | 'user'
    | 'administrator'
    | 'serviceAccount'
    | 'apiClient'
    | 'radiusClient'
    | 'device'
    | 'system';
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
