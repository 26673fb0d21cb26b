import type { MailEvents } from '../../domain/events/mails.ts';
import type { Texts } from './parts.ts';

export const mailTexts: Texts<MailEvents> = {};
