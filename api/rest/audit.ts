import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { Problem } from './problem.ts';
import { route, type Operation } from './route.ts';

const rowReply = z.object({
  position: z.int(),
  at: field.instant,
  type: z.string(),
  actor: z.string(),
  subject: z.string(),
  channel: z.string(),
  address: z.string(),
  requestId: z.string(),
  summary: z.string(),
});
const explanationReply = z.object({
  requestId: z.string(),
  workflowId: z.string(),
  runs: z
    .array(z.object({ runId: z.string(), status: z.string(), startedAt: field.instant }))
    .readonly(),
  events: z
    .array(z.object({ ...rowReply.shape, data: z.record(z.string(), z.unknown()).readonly() }))
    .readonly(),
  rules: z
    .object({
      settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).readonly(),
      items: z
        .array(
          z.object({
            kind: z.string(),
            itemId: z.string(),
            item: z.record(z.string(), z.unknown()).readonly(),
          }),
        )
        .readonly(),
    })
    .optional()
    .meta({ description: 'As it stood then: settings that were not the default, and rules.' }),
});
export type AuditRowReply = z.output<typeof rowReply>;
export type ExplanationReply = z.output<typeof explanationReply>;

const tag = 'audit';
const time = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text).toISOString())
  .optional();

export const audit = ({ queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/audit',
    id: 'listAudit',
    summary: 'The audit log, newest first',
    tag,
    scope: 'events.read',
    query: z.strictObject({
      username: field.username.optional(),
      requestId: field.id.optional(),
      type: z
        .string()
        .regex(/^[A-Za-z]{1,64}$/)
        .optional(),
      from: time,
      to: time,
      ...field.paging,
    }),
    replies: { 200: field.page(rowReply) },
    async run({ query }, reply) {
      const { username, requestId, type, from, to } = query;
      const filter = field.given({ username, requestId, type, from, to });
      const found = await queries.auditLog(filter, field.pagingOf(query));
      return reply(200, field.pageBody(found));
    },
  }),
  route({
    method: 'get',
    path: '/audit/explain/{requestId}',
    id: 'explainRequest',
    summary: 'The story of one request, with the workflow run behind it',
    tag,
    scope: 'events.read',
    params: z.strictObject({ requestId: field.id }),
    replies: { 200: explanationReply },
    async run({ params }, reply) {
      const explanation = await queries.explain(params.requestId);
      if (!explanation) throw new Problem(404, 'NOT_FOUND', 'There is no such request.');
      return reply(200, explanation);
    },
  }),
];
