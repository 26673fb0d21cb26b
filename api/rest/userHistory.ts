import { z } from 'zod';
import { present } from '../../domain/present.ts';
import type { Facade } from '../facade.ts';
import { attemptBody, attemptReply, isOpen } from './authentications.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';
import { userPath } from './users.ts';

/** Application of attempts that an administrator makes to try a user. */
const testApplication = 'Test';

const historyReply = z.object({
  position: z.int(),
  at: field.instant,
  type: z.string(),
  actor: z.string(),
  channel: z.string(),
  address: z.string(),
  summary: z.string(),
  changes: z
    .array(
      z.object({ field: z.string(), before: z.string().optional(), after: z.string().optional() }),
    )
    .readonly()
    .meta({ description: 'Without values where they are personal or secret.' }),
});
export type HistoryReply = z.output<typeof historyReply>;

/** What was done to a user, and a try of what they answer with. */
export const userHistory = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/users/{username}/history',
    id: 'userHistory',
    summary: 'Who changed what on a user, newest first; of removed users too',
    tag: 'users',
    scope: 'users.read',
    params: userPath,
    query: z.strictObject(field.paging),
    replies: { 200: field.page(historyReply) },
    async run({ params, query }, reply) {
      const found = await queries.userHistory(params.username, field.pagingOf(query));
      return reply(200, field.pageBody(found));
    },
  }),
  route({
    method: 'post',
    path: '/users/{username}/test',
    id: 'testUser',
    summary: 'Verify a user as a login would, for the application "Test"',
    tag: 'users',
    scope: 'verify',
    idempotency: 'passedDown',
    params: userPath,
    replies: { 200: attemptReply, 202: attemptReply },
    async run({ params, caller, idempotencyKey, signal, base }, reply) {
      const { username } = params;
      const asked = {
        username,
        application: testApplication,
        requireUserMatch: true,
        ...present({ idempotencyKey }),
      };
      const attempt = await commands.authenticate(caller, asked, { waitMs: 0, signal });
      return reply(isOpen(attempt.state) ? 202 : 200, attemptBody(attempt), {
        Location: `${base}/authentications/${attempt.requestId}`,
      });
    },
  }),
];
