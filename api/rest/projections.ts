import { z } from 'zod';
import { Unavailable, type Facade } from '../facade.ts';
import { route, type Operation } from './route.ts';

const lagReply = z.object({
  role: z.enum(['writes', 'follows']),
  state: z.enum(['starting', 'live', 'failed', 'stopped']),
  position: z.int().meta({ description: 'What lists show.' }),
  newest: z.int().meta({ description: 'What is on record.' }),
  behindEvents: z.int(),
  behindSeconds: z.int().meta({ description: 'Age of the oldest event that lists do not show.' }),
  rebuild: z
    .object({ done: z.int(), total: z.int() })
    .optional()
    .meta({ description: 'Views that are being made anew.' }),
});
export type LagReply = z.output<typeof lagReply>;

/** How far the lists are behind the log; the header Views-Behind-Seconds of each list says it too. */
export const projections = ({ lag }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/projections',
    id: 'viewsLag',
    summary: 'How far lists are behind the log, and how far a rebuild of them is',
    tag: 'maintenance',
    scope: 'events.read',
    replies: { 200: lagReply },
    async run(_call, reply) {
      if (!lag) throw new Unavailable('this process does not know');
      return reply(200, await lag.lag());
    },
  }),
];
