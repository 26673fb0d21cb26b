import { mailStream } from '../../../domain/ids.ts';
import { mailIdOf, mailPlace } from '../../../domain/mail.ts';
import { seal } from './fakeSecrets.ts';
import type { Person, World } from './world.ts';

/** A notice: its mails are sent, refused, tried again, or never due. */
export const mail = ({ log, random }: World, { id }: Person): void => {
  const noticeId = `guessing-${random.id()}`;
  const stream = mailStream(noticeId);
  const mailId = mailIdOf(noticeId, 0);
  const owners = random.chance(0.5) ? { userId: id, toUserId: id } : { userId: id };
  if (random.chance(0.2)) {
    const data = { mailId, occasion: 'guessing', reason: 'noAddress', ...owners } as const;
    return void log.add(stream, 'MailSkipped', data);
  }
  const sealed = (field: 'to' | 'subject' | 'text', plain: string) =>
    seal(mailPlace(noticeId, mailId, field, owners), plain);
  log.add(stream, 'MailQueued', {
    mailId,
    occasion: 'guessing',
    messageId: `<${mailId}@example.org>`,
    ...owners,
    to: sealed('to', 'jo@example.org'),
    subject: sealed('subject', 'Wrong codes'),
    text: sealed('text', 'Hello'),
  });
  if (random.chance(0.5)) {
    log.add(stream, 'MailFailed', { mailId, reason: '550' });
    if (random.chance(0.5)) log.add(stream, 'MailRetried', { mailId });
  } else if (random.chance(0.8)) log.add(stream, 'MailSent', { mailId });
};
