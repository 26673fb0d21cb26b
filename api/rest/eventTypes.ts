import { z } from 'zod';
import { dottedType } from '../../domain/delivery.ts';
import type { Facade } from '../facade.ts';
import { route, type Operation } from './route.ts';

const typesReply = z.object({
  items: z.array(
    z.object({
      type: z.string().meta({ description: 'Dotted, as in authentication.approved.' }),
      storedType: z.string(),
      version: z.int().meta({ description: 'The one that is written now.' }),
      schema: z
        .record(z.string(), z.unknown())
        .meta({ description: 'JSON Schema of its data as they are stored.' }),
    }),
  ),
});
export type EventTypesReply = z.output<typeof typesReply>;

/** The catalogue of events, for programs that check what they read. */
export const eventTypes = ({ eventTypes: describe }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/events/types',
    id: 'listEventTypes',
    summary: 'Every type of event that the log can hold, with the schema of its data',
    tag: 'audit',
    scope: 'events.read',
    replies: { 200: typesReply },
    async run(_, reply) {
      const items = (describe?.() ?? []).map(({ type, version, data }) => ({
        type: dottedType(type),
        storedType: type,
        version,
        schema: { ...data },
      }));
      return reply(200, { items });
    },
  }),
];
