import { z } from 'zod';
import type { MailEvents } from '../../../domain/events/mails.ts';
import { id, optional, sealed, text, type Shapes } from '../fields.ts';

const about = { userId: optional(id), toUserId: optional(id) };

export const mailFields = {
  MailQueued: {
    mailId: id,
    occasion: id,
    messageId: text,
    ...about,
    to: sealed,
    subject: sealed,
    text: sealed,
    via: optional(z.literal('text')),
  },
  MailSkipped: {
    mailId: id,
    occasion: id,
    reason: z.enum(['mailOff', 'userMailOff', 'noAddress', 'badAddress', 'noRecipients', 'noUser']),
    ...about,
  },
  MailSent: { mailId: id },
  MailFailed: { mailId: id, reason: text },
  MailRetried: { mailId: id },
} satisfies Shapes<MailEvents>;
