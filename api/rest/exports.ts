import { z } from 'zod';
import { exportFormats, maxExportFiles } from '../../domain/exports.ts';
import { present } from '../../domain/present.ts';
import { headerOf, lineOf } from '../exports/line.ts';
import { Unavailable, type Facade } from '../facade.ts';
import type { AuditingDoor } from '../facade/auditing.ts';
import { eventFilter, filterOf, position, typeList } from './events.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';

const format = z.enum(exportFormats);
const maxPosition = Number.MAX_SAFE_INTEGER;
const time = eventFilter.since;

const targetReply = z.object({
  targetId: z.string(),
  state: z.enum(['idle', 'sending', 'down', 'off']),
  position: z.int().meta({ description: 'The newest event that the target has for sure.' }),
  unsent: z.int().meta({ description: 'Events of the log behind it, of all types.' }),
  oldestUnsentAt: field.instant.optional(),
  lastFault: z.string().optional(),
});
const linesReply = z.object({
  header: z.string().meta({ description: 'What stands at the top of each file.' }),
  items: z
    .array(
      z.object({
        position: z.int(),
        line: z.string().meta({ description: 'With its line break.' }),
      }),
    )
    .readonly(),
  nextCursor: z.string().optional(),
});
export type TargetReply = z.output<typeof targetReply>;
export type LinesReply = z.output<typeof linesReply>;

const tag = 'audit';

/** The log leaves as files, which their order and their end put on record, and for other systems all the time. */
export const exports = ({ queries, auditing }: Facade): readonly Operation[] => {
  const door = (): AuditingDoor => {
    if (!auditing) throw new Unavailable('this process makes no exports');
    return auditing;
  };
  return [
    route({
      method: 'post',
      path: '/audit/exports',
      id: 'startExport',
      summary: 'Begin an export of the log; its lines are read from /audit/lines up to upTo',
      tag,
      scope: 'events.read',
      body: z.strictObject({
        format,
        types: typeList.optional(),
        after: z.int().min(0).max(maxPosition).default(0),
        since: time,
        until: time,
      }),
      replies: { 201: z.object({ exportId: z.string(), upTo: z.int() }) },
      async run({ body, caller }, reply) {
        const { types = [], since, until, ...order } = body;
        const started = await door().startExport(caller, {
          ...order,
          types,
          ...present({ since, until }),
        });
        return reply(201, started);
      },
    }),
    route({
      method: 'post',
      path: '/audit/exports/{exportId}/finish',
      id: 'finishExport',
      summary: 'Put on record what an export has written',
      tag,
      scope: 'events.read',
      params: z.strictObject({ exportId: field.id }),
      body: z.strictObject({
        events: z.int().min(0).max(maxPosition),
        files: z
          .array(
            z.strictObject({
              name: field.line(200),
              sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be SHA-256 in hexadecimal digits'),
              events: z.int().min(0).max(maxPosition),
            }),
          )
          .max(maxExportFiles),
      }),
      replies: { 204: field.noContent },
      async run({ params, body, caller }, reply) {
        await door().finishExport(caller, params.exportId, body);
        return reply(204, undefined);
      },
    }),
    route({
      method: 'get',
      path: '/audit/targets',
      id: 'listExportTargets',
      summary: 'How far other systems have the log, and since when the oldest event waits',
      tag,
      scope: 'events.read',
      replies: { 200: z.object({ items: z.array(targetReply).readonly() }) },
      run: async (_call, reply) => reply(200, { items: await door().exportTargets() }),
    }),
    route({
      method: 'get',
      path: '/audit/lines',
      id: 'listEventLines',
      summary: 'Events as lines of a file of the given format, oldest first',
      tag,
      scope: 'events.read',
      query: z.strictObject({
        format,
        types: eventFilter.types,
        since: time,
        until: time,
        after: position.optional(),
        upTo: position.optional(),
        ...field.paging,
      }),
      replies: { 200: linesReply },
      async run({ query }, reply) {
        const { format: as, upTo, types, since, until, after } = query;
        const filter = { ...filterOf({ types, since, until, after }), ...present({ upTo }) };
        const found = await queries.listEvents(filter, field.pagingOf(query));
        const items = found.rows.map((event) => ({
          position: event.position,
          line: lineOf(as, event),
        }));
        return reply(200, {
          header: headerOf(as),
          items,
          ...present({ nextCursor: found.nextCursor }),
        });
      },
    }),
  ];
};
