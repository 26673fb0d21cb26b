import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mailStream } from '../../../domain/ids.ts';
import { mailIdOf, mailPlace } from '../../../domain/mail.ts';
import { seal } from '../../projections/support/fakeSecrets.ts';
import { addUser, createReadSide, type ReadSide } from './support/readSide.ts';

let side: ReadSide;
beforeEach(async () => {
  side = await createReadSide();
  addUser(side.log, 'U1', 'jo@example.org');
});
afterEach(() => side.close());

const queue = (noticeId: string, address: string, owners: { toUserId?: string } = {}): string => {
  const mailId = mailIdOf(noticeId, 0);
  const sealed = (field: 'to' | 'subject' | 'text', plain: string) =>
    seal(mailPlace(noticeId, mailId, field, owners), plain);
  side.log.add(mailStream(noticeId), 'MailQueued', {
    mailId,
    occasion: 'guessing',
    messageId: `<${mailId}@example.org>`,
    ...owners,
    to: sealed('to', address),
    subject: sealed('subject', 's'),
    text: sealed('text', 't'),
  });
  return mailId;
};

test('mails are listed by state, newest first, with their addresses masked', async () => {
  const first = queue('n1', 'jo@example.org', { toUserId: 'U1' });
  const second = queue('n2', 'admin@example.org');
  side.log
    .add(mailStream('n1'), 'MailFailed', { mailId: first, reason: '550 5.1.1' })
    .add(mailStream('n3'), 'MailSkipped', {
      mailId: mailIdOf('n3', 0),
      occasion: 'lockedOut',
      reason: 'noRecipients',
      userId: 'U1',
    });
  await side.sync();
  const { rows } = await side.queries.listMails({}, {});
  expect(rows).toMatchObject([
    {
      mailId: 'n3-1',
      state: 'skipped',
      reason: 'noRecipients',
      to: '',
      username: 'jo@example.org',
    },
    { mailId: second, state: 'queued', to: 'a…@example.org', username: '' },
    {
      mailId: first,
      state: 'failed',
      reason: '550 5.1.1',
      to: 'j…@example.org',
      username: 'jo@example.org',
    },
  ]);
  const page = await side.queries.listMails({}, { limit: 1 });
  const next = await side.queries.listMails({}, { limit: 5, cursor: page.nextCursor! });
  expect([...page.rows, ...next.rows]).toEqual(rows);
  expect((await side.queries.listMails({ state: 'failed' }, {})).rows).toHaveLength(1);
  side.log.add(mailStream('n1'), 'MailRetried', { mailId: first });
  side.log.add(mailStream('n1'), 'MailSent', { mailId: first });
  await side.sync();
  expect(await side.queries.getMail(first)).toMatchObject({ state: 'sent' });
  expect(await side.queries.getMail(first)).not.toHaveProperty('reason');
  expect(await side.queries.getMail('none')).toBeUndefined();
});

test('the audit log says whom a mail was about', async () => {
  const mailId = queue('n1', 'jo@example.org', { toUserId: 'U1' });
  side.log.add(mailStream('n1'), 'MailSent', { mailId });
  await side.sync();
  const { rows } = await side.queries.auditLog({ type: 'MailQueued' }, {});
  expect(rows[0]!.summary).toBe('Mail guessing to jo@example.org is to be sent');
});
