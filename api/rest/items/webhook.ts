import { z } from 'zod';
import * as field from './fields.ts';

const minSecretLength = 16;
const maxTypes = 50;

const eventType = z
  .string()
  .max(100)
  .regex(
    /^(\*|[a-z][A-Za-z]*(\.[A-Za-z]+)*(\.?\*)?)$/,
    'must be an event type as in authentication.approved; * at the end stands for anything',
  );

const keys = z
  .array(
    z.strictObject({
      keyId: z.string().regex(/^[A-Za-z0-9._-]{1,32}$/, 'must be 1 to 32 letters or digits'),
      secret: field.secret(minSecretLength),
      secretSet: field.secretIsSet,
    }),
  )
  .min(1)
  .max(2)
  .refine((list) => new Set(list.map(({ keyId }) => keyId)).size === list.length, {
    error: 'each key has its own keyId',
  });

export const webhook = z.strictObject({
  url: field.url,
  types: z
    .array(eventType)
    .max(maxTypes)
    .meta({ description: 'None for a webhook that only approvals call back.' }),
  active: z.boolean().default(true),
  keys: keys.exactOptional().meta({
    description:
      'Two at most, for rotation; the last one signs. A key without a secret gets one, which is in this answer only.',
  }),
  application: field.application.exactOptional(),
  group: field.group.exactOptional(),
});
