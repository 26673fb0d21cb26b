import { expiring } from './expiry.ts';
import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const mails = table({
  name: 'mails',
  key: 'mailId',
  columns: {
    mailId: 'text',
    noticeId: 'text',
    position: 'integer',
    occasion: 'text',
    state: 'text',
    reason: 'text?',
    userId: 'text?',
    toUserId: 'text?',
    toSealed: 'text?',
    at: 'text',
    changedAt: 'text',
  },
  findBy: ['position'],
  indexes: [['state', 'position']],
});

/** Mails, and those that were due and not sent. */
export const mailsProjection: Projection = {
  name: 'mails',
  version: 2,
  tables: [mails],
  on: {
    AuditRetentionApplied: expiring({
      family: 'messages',
      table: 'mails',
      key: 'mailId',
      age: 'position',
      people: ({ userId, toUserId }) => [userId, toUserId],
    }),
    MailQueued(event, rows) {
      const { mailId, occasion, userId, toUserId, to } = event.data;
      rows.put('mails', {
        mailId,
        noticeId: streamId(event),
        position: event.position,
        occasion,
        state: 'queued',
        reason: null,
        userId: userId ?? null,
        toUserId: toUserId ?? null,
        toSealed: to,
        at: event.meta.at,
        changedAt: event.meta.at,
      });
    },
    MailSkipped(event, rows) {
      const { mailId, occasion, userId, toUserId, reason } = event.data;
      rows.put('mails', {
        mailId,
        noticeId: streamId(event),
        position: event.position,
        occasion,
        state: 'skipped',
        reason,
        userId: userId ?? null,
        toUserId: toUserId ?? null,
        toSealed: null,
        at: event.meta.at,
        changedAt: event.meta.at,
      });
    },
    MailSent: ({ data, meta }, rows) =>
      rows.change('mails', data.mailId, { state: 'sent', reason: null, changedAt: meta.at }),
    MailFailed: ({ data, meta }, rows) =>
      rows.change('mails', data.mailId, {
        state: 'failed',
        reason: data.reason,
        changedAt: meta.at,
      }),
    MailRetried: ({ data, meta }, rows) =>
      rows.change('mails', data.mailId, { state: 'queued', reason: null, changedAt: meta.at }),
  },
};
