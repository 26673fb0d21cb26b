import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';
import { userPath } from './users.ts';

const maxSeconds = 86_400;

const bypassReply = z.object({
  bypassId: z.string(),
  userId: z.string(),
  username: z.string(),
  reason: z.string(),
  seconds: z.int(),
  createdAt: field.instant,
  until: field.instant,
  endedAt: field.instant.optional(),
  ended: z.enum(['used', 'expired', 'replaced', 'revoked']).optional(),
  requestId: z.string().optional().meta({ description: 'The authentication that used it.' }),
});
export type BypassReply = z.output<typeof bypassReply>;

const tag = 'bypasses';

/** One-time bypasses: the next login of a user succeeds without a second factor, once. */
export const bypasses = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'post',
    path: '/bypasses',
    id: 'createBypass',
    summary: 'Let the next login of a user in without a second factor; an older bypass ends',
    tag,
    scope: 'bypass.write',
    body: z.strictObject({
      user: field.username,
      reason: field.reason,
      seconds: z.int().min(1).max(maxSeconds).exactOptional().meta({
        description: 'How long the bypass waits for its login; the company setting where absent.',
      }),
    }),
    replies: { 201: z.object({ bypassId: z.string(), until: field.instant }) },
    async run({ body, caller }, reply) {
      const { user, ...bypass } = body;
      return reply(201, await commands.createBypass(caller, user, bypass));
    },
  }),
  route({
    method: 'get',
    path: '/bypasses',
    id: 'listBypasses',
    summary: 'Bypasses, newest first, with what became of them',
    tag,
    scope: 'users.read',
    query: z.strictObject({
      open: field.queryFlag.optional(),
      username: field.username.optional(),
      ...field.paging,
    }),
    replies: { 200: field.page(bypassReply) },
    async run({ query }, reply) {
      const { open, username } = query;
      const found = await queries.listBypasses(
        field.given({ open, username }),
        field.pagingOf(query),
      );
      return reply(200, field.pageBody(found));
    },
  }),
  route({
    method: 'delete',
    path: '/bypasses/{username}',
    id: 'revokeBypass',
    summary: 'End the open bypass of a user',
    tag,
    scope: 'bypass.write',
    params: userPath,
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.revokeBypass(caller, params.username);
      return reply(204, undefined);
    },
  }),
];
