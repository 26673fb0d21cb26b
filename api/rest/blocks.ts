import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';
import { userPath } from './users.ts';

const blockReply = z.object({
  blockId: z.string(),
  userId: z.string(),
  username: z.string(),
  reason: z.string(),
  flag: z.enum(['none', 'fraud', 'lockout']),
  at: field.instant,
  until: field.instant,
  endedAt: field.instant.optional(),
  endReason: z.string().optional(),
});
export type BlockReply = z.output<typeof blockReply>;

const tag = 'blocks';

/** Blocks, and the fraud reports that make them. */
export const blocks = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'post',
    path: '/blocks',
    id: 'blockUser',
    summary: 'Refuse every authentication of a user; an older block stays as it is',
    tag,
    scope: 'block.write',
    body: z.strictObject({
      username: field.username,
      reason: field.reason,
      days: z.int().min(1).max(365).exactOptional(),
    }),
    replies: { 201: z.object({ blockId: z.string(), until: field.instant }) },
    async run({ body, caller }, reply) {
      const { username, ...block } = body;
      return reply(201, await commands.blockUser(caller, username, block));
    },
  }),
  route({
    method: 'get',
    path: '/blocks',
    id: 'listBlocks',
    summary: 'Blocks, newest first',
    tag,
    scope: 'users.read',
    query: z.strictObject({
      open: field.queryFlag.optional(),
      username: field.username.optional(),
      ...field.paging,
    }),
    replies: { 200: field.page(blockReply) },
    async run({ query }, reply) {
      const { open, username } = query;
      const found = await queries.listBlocks(
        field.given({ open, username }),
        field.pagingOf(query),
      );
      return reply(200, field.pageBody(found));
    },
  }),
  // A POST and no DELETE: the reason is mandatory, and a body of DELETE means nothing (RFC 9110 §9.3.5).
  route({
    method: 'post',
    path: '/blocks/{username}/unblock',
    id: 'unblockUser',
    summary: 'End the block of a user',
    tag,
    scope: 'block.write',
    params: userPath,
    body: z.strictObject({ reason: field.reason }),
    replies: { 204: field.noContent },
    async run({ params, body, caller }, reply) {
      await commands.unblockUser(caller, params.username, body.reason);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'post',
    path: '/fraud-reports/{requestId}/review',
    id: 'reviewFraud',
    summary: 'Give the verdict on a fraud report',
    tag,
    scope: 'block.write',
    params: z.strictObject({ requestId: field.id }),
    body: z.strictObject({
      verdict: z.enum(['confirmed', 'dismissed']),
      note: field.line(500, 0).default(''),
      unblock: z.boolean().default(false),
    }),
    replies: { 204: field.noContent },
    async run({ params, body, caller }, reply) {
      await commands.reviewFraud(caller, params.requestId, body);
      return reply(204, undefined);
    },
  }),
];
