import type { MailEvents } from '../../../domain/events/mails.ts';
import type { Shapes } from '../fields.ts';

export const mailFields = {} satisfies Shapes<MailEvents>;
