import { z } from 'zod';
import { smsDirections, standardOrPin } from '../../domain/methods.ts';
import { languageForm } from '../../domain/userCsv.ts';
import { overridableFields } from '../../domain/userRules/profile.ts';
import { userStates } from '../../domain/userState.ts';
import type { UserFilter } from '../facade.ts';
import * as field from './fields.ts';

const mode = z.enum(standardOrPin);
const smsDirection = z.enum(smsDirections);
const language = z
  .string()
  .max(35)
  .regex(languageForm, 'must be a language tag')
  .meta({ examples: ['en', 'de-AT'] });
const source = z.enum(['manual', 'import', 'sync']);
const overridden = z.array(z.enum(overridableFields)).max(overridableFields.length).readonly();

/** A phone number, with the company's country code where it has none; empty takes it away. */
const phone = z
  .string()
  .regex(
    /^$|^(\+[0-9]{1,3} ?)?[0-9]{3,15}( ?x[0-9]{1,10})?$/,
    'must be +CC NUMBER, or +CC NUMBER xEXT',
  )
  .meta({ examples: ['+1 5555550147', '+1 5555550147 x12'] });

export const userReply = z.object({
  userId: z.string(),
  username: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  group: z.string(),
  description: z.string(),
  uniqueIdentifier: z.string(),
  source,
  enabled: z.boolean(),
  state: z.enum(userStates),
  method: field.method,
  appMode: field.appMode,
  callMode: mode,
  smsDirection,
  smsMode: mode,
  oathMode: mode,
  callLanguage: z.string(),
  smsLanguage: z.string(),
  appLanguage: z.string(),
  oathLanguage: z.string(),
  phone: z.string().meta({ description: 'Masked.' }),
  backupPhone: z.string().meta({ description: 'Masked.' }),
  overrides: z.array(z.string()).readonly(),
  blocked: z.object({ blockId: z.string(), reason: z.string(), until: field.instant }).optional(),
  devices: z
    .array(
      z.object({
        deviceId: z.string(),
        name: z.string(),
        state: z.enum(['pending', 'active']),
        appVersion: z.string(),
        activatedAt: field.instant,
      }),
    )
    .readonly(),
  tokens: z
    .array(
      z.object({
        tokenId: z.string(),
        serial: z.string(),
        kind: z.enum(['totp', 'hotp']),
        digits: z.int(),
        periodSeconds: z.int(),
        state: z.enum(['assigned', 'active']),
      }),
    )
    .readonly(),
  version: z.int(),
  addedAt: field.instant,
  changedAt: field.instant,
  lastAttemptAt: field.instant.optional(),
  lastSuccessAt: field.instant.optional(),
});
export type UserReply = z.output<typeof userReply>;

/** How a person is asked. */
const asking = {
  method: field.method.exactOptional(),
  appMode: field.appMode.exactOptional(),
  callMode: mode.exactOptional(),
  smsDirection: smsDirection.exactOptional(),
  smsMode: mode.exactOptional(),
  oathMode: mode.exactOptional(),
  callLanguage: language.exactOptional(),
  smsLanguage: language.exactOptional(),
  appLanguage: language.exactOptional(),
  oathLanguage: language.exactOptional(),
};

/** Fields of somebody new. */
export const newFields = {
  firstName: field.line(128, 0).exactOptional(),
  lastName: field.line(128, 0).exactOptional(),
  email: field.email.exactOptional(),
  group: field.line(128, 0).exactOptional(),
  description: field.line(128, 0).exactOptional(),
  uniqueIdentifier: field.line(128, 0).exactOptional(),
  enabled: z.boolean().exactOptional(),
  phone: phone.exactOptional(),
  backupPhone: phone.exactOptional(),
  ...asking,
};
/** Fields that may be changed. */
export const changedFields = {
  ...newFields,
  overrides: overridden
    .exactOptional()
    .meta({ description: 'Fields that no sync overwrites from now on.' }),
  clearOverrides: overridden
    .exactOptional()
    .meta({ description: 'Fields that the directory governs again.' }),
};

/** Query fields that give new people of an import what their line does not say. */
export const defaultsQuery = Object.fromEntries(
  Object.entries({ ...asking, group: newFields.group }).map(([name, schema]) => [
    name,
    z.optional(schema.unwrap()),
  ]),
);

/** Query fields of lists of people. */
export const filterQuery = {
  text: field.line(256).optional(),
  enabled: field.queryFlag.optional(),
  method: field.method.optional(),
  mode: mode.optional().meta({ description: 'Of the method that each user has.' }),
  smsDirection: smsDirection.optional(),
  group: field.line(128).optional(),
  source: source.optional(),
  blocked: field.queryFlag.optional(),
  unregistered: field.queryFlag
    .optional()
    .meta({ description: 'Without phone, device and token.' }),
};

type Given = { readonly [K in keyof UserFilter]?: UserFilter[K] | undefined };
export const filterOf = (query: Given): UserFilter => {
  const { text, enabled, method, mode: wanted, smsDirection: direction, group } = query;
  const { source: origin, blocked, unregistered } = query;
  return field.given({
    text,
    enabled,
    method,
    mode: wanted,
    smsDirection: direction,
    group,
    source: origin,
    blocked,
    unregistered,
  });
};
