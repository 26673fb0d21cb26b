import type { ApprovalPolicy } from './approval/policy.ts';
import type { MailTemplate, SmtpServer } from './items/mail.ts';
import type { ExportTarget } from './items/exportTarget.ts';
import type { JsonObject } from './json.ts';
import type { RadiusClient, RadiusTarget } from './items/radius.ts';
import type { CacheRule, LoginPolicy, TrustedIps } from './items/rules.ts';
import type { SdkCaller } from './items/sdkCaller.ts';
import type { TelephonyProvider, VoiceMessage } from './items/telephony.ts';
import type { Webhook } from './items/webhook.ts';

/** Things that an administrator keeps lists of. A kind is never renamed: events carry it. */
export type Items = {
  readonly trustedIps: TrustedIps;
  readonly cacheRule: CacheRule;
  readonly loginPolicy: LoginPolicy;
  readonly telephonyProvider: TelephonyProvider;
  readonly voiceMessage: VoiceMessage;
  readonly smtpServer: SmtpServer;
  readonly mailTemplate: MailTemplate;
  readonly webhook: Webhook;
  readonly approvalPolicy: ApprovalPolicy;
  readonly exportTarget: ExportTarget;
  readonly radiusClient: RadiusClient;
  readonly radiusTarget: RadiusTarget;
  readonly sdkCaller: SdkCaller;
};
export type ItemKind = keyof Items;

/** Items of one kind; nobody keeps an overview of more. */
export const maxItemsOfKind = 2_000;

/** Every item by kind and id, in the order in which they were first set. */
export type ItemLists = { readonly [K in ItemKind]: ReadonlyMap<string, Items[K]> };

export const itemKinds = [
  'trustedIps',
  'cacheRule',
  'loginPolicy',
  'telephonyProvider',
  'voiceMessage',
  'smtpServer',
  'mailTemplate',
  'webhook',
  'approvalPolicy',
  'exportTarget',
  'radiusClient',
  'radiusTarget',
  'sdkCaller',
] as const satisfies readonly ItemKind[];

export const isItemKind = (kind: string): kind is ItemKind =>
  itemKinds.some((known) => known === kind);

export const noItems: ItemLists = {
  trustedIps: new Map(),
  cacheRule: new Map(),
  loginPolicy: new Map(),
  telephonyProvider: new Map(),
  voiceMessage: new Map(),
  smtpServer: new Map(),
  mailTemplate: new Map(),
  webhook: new Map(),
  approvalPolicy: new Map(),
  exportTarget: new Map(),
  radiusClient: new Map(),
  radiusTarget: new Map(),
  sdkCaller: new Map(),
};

/** A secret of an item: one of its fields, or a field of each entry of one of its lists. */
export type SecretPlace = {
  readonly field: string;
  readonly of?: { readonly list: string; readonly by: string };
  /** What happens to a new item that comes without it. */
  readonly whenMissing: 'refuse' | 'leaveOut' | 'make';
  /** Random octets of one that is made; 32 where absent. */
  readonly octets?: number;
};

/** Where items hold secrets. They are sealed under `settings`, stream settings, field `<kind>.<id>.<name>`. */
export const itemSecrets: { readonly [K in ItemKind]?: readonly SecretPlace[] } = {
  telephonyProvider: [{ field: 'secret', whenMissing: 'refuse' }],
  smtpServer: [{ field: 'password', whenMissing: 'leaveOut' }],
  webhook: [{ field: 'secret', of: { list: 'keys', by: 'keyId' }, whenMissing: 'make' }],
  radiusClient: [{ field: 'secret', whenMissing: 'make', octets: 24 }],
  radiusTarget: [
    { field: 'secret', of: { list: 'servers', by: 'serverId' }, whenMissing: 'refuse' },
    { field: 'bindPassword', whenMissing: 'leaveOut' },
  ],
};

/** The item as whoever changes it has seen it, `null` for none: another state is a conflict. */
type Seen = { readonly seen?: JsonObject | null };

/** An order to set one item; the front end has checked its shape. */
export type SetItem = {
  readonly [K in ItemKind]: Seen & {
    readonly type: 'setItem';
    readonly kind: K;
    readonly itemId: string;
    readonly item: Items[K];
  };
}[ItemKind];

export type ItemCommand =
  | SetItem
  | (Seen & { readonly type: 'removeItem'; readonly kind: ItemKind; readonly itemId: string });
