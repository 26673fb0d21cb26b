import { z } from 'zod';
import { resultCodes } from '../../domain/results.ts';
import { eventFields, metaFields } from './eventFields.ts';
import { resultCode, sealed } from './fields.ts';
import { upcasters } from './upcasters.ts';

/** JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;
export type EventTypeSchema = {
  readonly type: string;
  /** The version that is written now. */
  readonly version: number;
  readonly data: JsonSchema;
};

type Override = NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'];

/** What zod cannot say by itself. */
const override: Override = ({ zodSchema, jsonSchema }) => {
  if (zodSchema === sealed)
    Object.assign(jsonSchema, {
      type: 'string',
      format: 'sealed',
      pattern: String.raw`^s1:[\w-]{1,64}:[\w-]+$`,
    });
  else if (zodSchema === resultCode)
    Object.assign(jsonSchema, { type: 'string', enum: Object.keys(resultCodes) });
  // The remaining ones are trees of data, which their area bounds and whoever wrote them judged.
  else if (zodSchema instanceof z.ZodCustom) Object.assign(jsonSchema, { type: 'object' });
};

const schemaOf = (fields: z.core.$ZodShape): JsonSchema =>
  z.toJSONSchema(z.strictObject(fields), { unrepresentable: 'any', override });

const lifts = new Map(Object.entries(upcasters));

let described: readonly EventTypeSchema[] | undefined;

/** The schema of every event type's current version; made when it is first asked for. */
export const eventTypeSchemas = (): readonly EventTypeSchema[] =>
  (described ??= Object.entries(eventFields).map(([type, fields]) => ({
    type,
    version: (lifts.get(type)?.length ?? 0) + 1,
    data: schemaOf(fields),
  })));

/** The schema of what stands around every event. */
export const metaSchema = (): JsonSchema => schemaOf(metaFields);
