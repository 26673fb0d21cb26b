import { z } from 'zod';
import type { EventData, EventMeta, EventType } from '../../domain/events.ts';
import { channel, id, instant, optional, sealed, type Shape, type Shapes } from './fields.ts';
import { activationFields } from './schemas/activations.ts';
import { apiClientFields } from './schemas/apiClients.ts';
import { approvalFields } from './schemas/approvals.ts';
import { attemptFields } from './schemas/attempts.ts';
import { auditingFields } from './schemas/auditing.ts';
import { configurationFields, systemFields } from './schemas/configuration.ts';
import { fraudFields } from './schemas/frauds.ts';
import { importFields } from './schemas/imports.ts';
import { ledgerFields } from './schemas/ledger.ts';
import { mailFields } from './schemas/mails.ts';
import { privacyFields } from './schemas/privacy.ts';
import { accountingFields, radiusFields } from './schemas/radius.ts';
import { tokenFields, tokenInventoryFields } from './schemas/tokens.ts';
import { userFields, usernameFields } from './schemas/users.ts';
import { webhookFields } from './schemas/webhooks.ts';

/**
 * What each event type holds, one file an area as in domain/events/. A type or field that stands there and is
 * missing here (or the other way round) fails to compile, and so does one of another shape.
 */
export const eventFields = {
  ...attemptFields,
  ...userFields,
  ...usernameFields,
  ...privacyFields,
  ...tokenFields,
  ...tokenInventoryFields,
  ...fraudFields,
  ...activationFields,
  ...approvalFields,
  ...mailFields,
  ...webhookFields,
  ...radiusFields,
  ...accountingFields,
  ...importFields,
  ...ledgerFields,
  ...configurationFields,
  ...apiClientFields,
  ...auditingFields,
  ...systemFields,
} satisfies Shapes<EventData>;

const actorKind = z.enum([
  'user',
  'administrator',
  'serviceAccount',
  'apiClient',
  'radiusClient',
  'device',
  'system',
]);

export const metaFields = {
  at: instant,
  actor: z.strictObject({ kind: actorKind, id }),
  channel: optional(channel),
  address: optional(id),
  onBehalfOf: optional(sealed),
  correlationId: optional(id),
  causationId: optional(id),
  workflowId: optional(id),
} satisfies Shape<EventMeta>;

type Fits<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Data<T extends EventType> = z.output<z.ZodObject<(typeof eventFields)[T]>>;
/** Names each `Type.field` whose schema is narrower, wider or more optional than domain/events.ts says. */
type Misfit = {
  [T in EventType]: {
    [K in keyof EventData[T] & string]: K extends keyof Data<T>
      ? Fits<Pick<EventData[T], K>, Pick<Data<T>, K>> extends true
        ? never
        : `${T}.${K}`
      : `${T}.${K}`;
  }[keyof EventData[T] & string];
}[EventType];
type None<T extends never> = T;
export type NoMisfit = None<Misfit>;
