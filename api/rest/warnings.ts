import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';

const warning = z.object({
  setting: z.string(),
  value: z.string(),
  lets: z.string().meta({ description: 'Who gets in by it.' }),
  closedBy: z.string().meta({ description: 'The value that ends it.' }),
  by: z.string().meta({ description: 'Who set it.' }),
  at: field.instant,
});

/** What a console shows in red. */
export const warnings = ({ queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/warnings',
    id: 'getWarnings',
    summary: 'Settings that let somebody in where something is missing',
    tag: 'settings',
    scope: 'settings.read',
    replies: { 200: z.object({ items: z.array(warning).readonly() }) },
    async run(_call, reply) {
      return reply(200, { items: await queries.warnings() });
    },
  }),
];
