import { z } from 'zod';
import { Rejected } from '../../domain/errors.ts';
import type { Facade } from '../facade.ts';
import { mailStates } from '../facade/mail.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';

const mailReply = z.object({
  mailId: z.string(),
  occasion: z.string(),
  state: z.enum(mailStates),
  reason: z.string().optional(),
  to: z.string().meta({ description: 'Masked; empty where there was no address.' }),
  username: z.string(),
  at: field.instant,
  changedAt: field.instant,
});
export type MailReply = z.output<typeof mailReply>;

const mailPath = z.strictObject({
  mailId: z.string().regex(/^[0-9A-Za-z-]{1,210}$/, 'must be an id'),
});
const tag = 'mails';

/** Mails to people and to the notification list, and the mail server that they leave through. */
export const mails = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/mails',
    id: 'listMails',
    summary: 'Mails that wait, were sent, failed, or were due and not sent; newest first',
    tag,
    scope: 'settings.read',
    query: z.strictObject({ state: z.enum(mailStates).optional(), ...field.paging }),
    replies: { 200: field.page(mailReply) },
    async run({ query }, reply) {
      const { state } = query;
      const found = await queries.listMails(field.given({ state }), field.pagingOf(query));
      return reply(200, field.pageBody(found));
    },
  }),
  route({
    method: 'get',
    path: '/mails/{mailId}',
    id: 'getMail',
    summary: 'One mail',
    tag,
    scope: 'settings.read',
    params: mailPath,
    replies: { 200: mailReply },
    async run({ params }, reply) {
      const mail = await queries.getMail(params.mailId);
      if (!mail) throw new Rejected('notFound', 'there is no such mail');
      return reply(200, { ...mail });
    },
  }),
  route({
    method: 'post',
    path: '/mails/{mailId}/retry',
    id: 'retryMail',
    summary: 'Try a mail that failed for another day',
    tag,
    scope: 'settings.write',
    params: mailPath,
    replies: { 202: field.noContent },
    async run({ params, caller }, reply) {
      await commands.retryMail(caller, params.mailId);
      return reply(202, undefined);
    },
  }),
  route({
    method: 'post',
    path: '/smtp/test',
    id: 'testMail',
    summary: 'Send a test message in one try; how it ends is told by GET /mails/{mailId}',
    tag,
    scope: 'settings.write',
    body: z.strictObject({ to: field.line(254) }),
    replies: { 202: z.object({ mailId: z.string() }) },
    async run({ body, caller }, reply) {
      return reply(202, await commands.testMail(caller, body.to));
    },
  }),
];
