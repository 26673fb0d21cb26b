import type { MailEvents, MailSkipReason } from '../../domain/events/mails.ts';
import type { Part, Texts } from './parts.ts';

const skipped: Readonly<Record<MailSkipReason, string>> = {
  mailOff: 'no mail server is set',
  userMailOff: 'mails to users are off',
  noAddress: 'there is no address',
  badAddress: 'the address is none',
  noRecipients: 'nobody is on the notification list',
  noUser: 'the user is not in the list',
};

const to = (userId: string | undefined): readonly Part[] =>
  userId === undefined ? [] : [' to ', ['user', userId]];

export const mailTexts: Texts<MailEvents> = {
  MailQueued: ({ data }) => [
    `${data.via === 'text' ? 'Text message' : 'Mail'} ${data.occasion}`,
    ...to(data.toUserId),
    ' is to be sent',
  ],
  MailSkipped: ({ data }) => [
    `Mail ${data.occasion}`,
    ...to(data.toUserId),
    ` was not sent: ${skipped[data.reason]}`,
  ],
  MailSent: ({ data }) => [`Mail ${data.mailId} was sent`],
  MailFailed: ({ data }) => [`Mail ${data.mailId} could not be sent: ${data.reason}`],
  MailRetried: ({ data }) => [`Mail ${data.mailId} is tried again`],
};
