import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { MailRefused } from '../adapters/mail/port.ts';
import type { DomainEvent } from '../domain/events.ts';
import { mailStream } from '../domain/ids.ts';
import { systemActor, type MailRetry, type Origin } from '../domain/inputs.ts';
import { mailPlace, mailsOf, openMails, type Mail, type OpenMail } from '../domain/mail.ts';
import type { Notice } from '../domain/notice.ts';
import type { Sealed } from '../domain/sealed.ts';
import type { Aggregates } from './aggregates.ts';
import { factIds, record, untilNoConflict } from './facts.ts';
import { readWhole } from './foldCache.ts';
import { mailComposer } from './mailComposer.ts';
import type { Ports } from './ports.ts';

type Which = { readonly noticeId: string; readonly mailId: string };

const bySystem: Origin = { actor: systemActor };

/** The mails of one notice: written, sent, given up, tried again. Each step looks first at what is on record. */
export const createMail = (ports: Ports, aggregates: Aggregates) => {
  const compose = mailComposer(ports, aggregates);

  const onRecord = (noticeId: string) => readWhole(ports.events, mailStream(noticeId));

  /** Records what `decide` makes of a mail as it stands; nothing, where it stands otherwise by now. */
  const settle = async (
    { noticeId, mailId }: Which,
    step: (mail: Mail) => string,
    origin: Origin,
    decide: (mail: Mail) => DomainEvent | undefined,
  ): Promise<void> =>
    await untilNoConflict(
      async () => {
        const known = await onRecord(noticeId);
        const mail = mailsOf(known).get(mailId);
        const fact = mail && decide(mail);
        if (!mail || !fact) return;
        const stream = mailStream(noticeId);
        await record(ports, step(mail), origin, [
          { stream, expectedRevision: known.length - 1, facts: [fact] },
        ]);
      },
      () => undefined,
    );

  const open = async (
    { noticeId, mailId }: Which,
    field: 'to' | 'subject' | 'text',
    queued: Mail['queued'],
  ): Promise<string> => {
    const sealed: Sealed = queued[field];
    const plain = await ports.secrets.open(mailPlace(noticeId, mailId, field, queued), sealed);
    if (plain === undefined) throw ApplicationFailure.nonRetryable('erased', 'MailRefused');
    return plain;
  };

  /**
   * By the providers of telephony; a try that is not the first asks them whether an earlier one got through (REL-10).
   * @throws {MailRefused} where the number is none
   */
  const text = async (
    { noticeId, mailId }: Which,
    { retries, queuedAt }: Mail,
    message: { readonly to: string; readonly text: string },
  ): Promise<void> => {
    const again = activityInfo().attempt > 1 || retries > 0;
    const outcome = await ports.telephony.contact(
      {
        kind: 'text',
        reference: mailId,
        to: message.to,
        extension: '',
        requestId: noticeId,
        which: 'primary',
        text: message.text,
      },
      again,
      queuedAt,
    );
    if (outcome.kind === 'accepted') return;
    if (outcome.code === 'INVALID_PHONE') throw new MailRefused(outcome.detail);
    throw new Error(outcome.detail);
  };

  return {
    /**
     * Writes down the mails of a notice, once.
     * @returns those that wait to be sent, from an earlier run too
     */
    async composeMail({
      noticeId,
      notice,
    }: {
      readonly noticeId: string;
      readonly notice?: Notice;
    }): Promise<readonly OpenMail[]> {
      const known = await onRecord(noticeId);
      if (known.length > 0 || notice === undefined) return openMails(known);
      const facts = await compose(notice);
      const stream = mailStream(noticeId);
      await untilNoConflict(
        async () =>
          void (await record(ports, 'compose', bySystem, [
            { stream, expectedRevision: -1, facts },
          ])),
        // Another run composed it a moment before; its mails count.
        () => Promise.resolve(),
      );
      return openMails(await onRecord(noticeId));
    },

    /**
     * One try. The intent is on record and the message id is stable: killed between the server's yes and our record of
     * it, the next try sends the very same message once more, and that is all that can double.
     */
    async sendMail(which: Which): Promise<void> {
      const mail = mailsOf(await onRecord(which.noticeId)).get(which.mailId);
      if (mail?.status !== 'queued') return;
      const { queued } = mail;
      const outgoing = {
        messageId: queued.messageId,
        to: await open(which, 'to', queued),
        subject: await open(which, 'subject', queued),
        text: await open(which, 'text', queued),
      };
      try {
        await (queued.via === 'text' ? text(which, mail, outgoing) : ports.mailer.send(outgoing));
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'no answer';
        if (error instanceof MailRefused)
          throw ApplicationFailure.nonRetryable(reason, 'MailRefused');
        throw ApplicationFailure.retryable(reason, 'MailNotSent');
      }
      const { mailId } = which;
      await settle(
        which,
        ({ retries }) => `sent-${mailId}-${retries}`,
        bySystem,
        ({ status }) => (status === 'queued' ? { type: 'MailSent', data: { mailId } } : undefined),
      );
    },

    async recordMailFailure({
      reason,
      ...which
    }: Which & { readonly reason: string }): Promise<void> {
      const { mailId } = which;
      await settle(
        which,
        ({ retries }) => `failed-${mailId}-${retries}`,
        bySystem,
        ({ status }) =>
          status === 'queued' ? { type: 'MailFailed', data: { mailId, reason } } : undefined,
      );
    },

    /** @returns the mail, open again by this order; undefined where it waits anyway or has been sent */
    async retryMail({
      noticeId,
      retry,
    }: {
      readonly noticeId: string;
      readonly retry: MailRetry;
    }): Promise<OpenMail | undefined> {
      const { mailId, retryId, origin } = retry;
      const step = `retry-${retryId}`;
      const [id] = factIds(ports, step, mailStream(noticeId), 1);
      await settle(
        { noticeId, mailId },
        () => step,
        origin,
        ({ status }) =>
          status === 'failed' ? { type: 'MailRetried', data: { mailId } } : undefined,
      );
      const known = await onRecord(noticeId);
      if (!known.some((fact) => fact.id === id)) return undefined;
      return openMails(known).find((mail) => mail.mailId === mailId);
    },
  };
};
