import { z } from 'zod';
import { retentionFamilies } from '../../domain/retention.ts';
import { Unavailable, type Facade } from '../facade.ts';
import type { RetentionDoor } from '../facade/retention.ts';
import * as field from './fields.ts';
import { progressLines } from './progressLines.ts';
import { lineRoute, route, type Operation } from './route.ts';

const planReply = z.object({
  families: z
    .array(
      z.object({
        family: z.enum(retentionFamilies),
        days: z.int().meta({ description: 'How long it is kept.' }),
        before: field.instant,
        events: z.int(),
        months: z
          .array(z.string())
          .readonly()
          .meta({ description: 'Months whose key is destroyed, as in 2025-09.' }),
      }),
    )
    .readonly(),
  held: z.int().meta({ description: 'People whose records a legal hold keeps.' }),
  people: z.int().meta({ description: 'Removed people who are erased.' }),
  stopped: z.string().optional().meta({ description: 'Why nothing expires now.' }),
});
const statusReply = z.object({
  running: z.boolean(),
  nextAt: field.instant,
  last: z.object({ at: field.instant, plan: planReply }).optional(),
  lastFault: z.string().optional(),
});
const progressLine = z.object({ done: z.int(), total: z.int() });
const reportLine = z.object({ report: planReply });
export type RetentionPlanReply = z.output<typeof planReply>;
export type RetentionStatusReply = z.output<typeof statusReply>;
export type RetentionLine = z.output<typeof progressLine> | z.output<typeof reportLine>;

const tag = 'audit';

/** What is older than policy keeps it: what would go, that it goes now, and how the daily run went. */
export const retention = ({ retention: door }: Facade): readonly Operation[] => {
  const opened = (): RetentionDoor => {
    if (!door) throw new Unavailable('another process removes what is old: ask that one');
    return door;
  };
  return [
    route({
      method: 'get',
      path: '/audit/retention',
      id: 'retentionStatus',
      summary: 'How the daily removal of what is old went, and when it is next',
      tag,
      scope: 'events.read',
      replies: { 200: statusReply },
      async run(_call, reply) {
        return reply(200, opened().status());
      },
    }),
    route({
      method: 'get',
      path: '/audit/retention/plan',
      id: 'retentionPlan',
      summary: 'What is older than it is kept, and would be removed by a run',
      tag,
      scope: 'events.read',
      replies: { 200: planReply },
      async run(_call, reply) {
        return reply(200, await opened().plan());
      },
    }),
    lineRoute({
      method: 'post',
      path: '/audit/retention/runs',
      id: 'applyRetention',
      summary: 'Remove what is old now; answers progress lines and then what was done',
      tag,
      scope: 'settings.write',
      line: z.union([reportLine, progressLine]),
      async *run({ caller }) {
        yield* progressLines(async (onProgress) => await opened().run(caller, onProgress));
      },
    }),
  ];
};
