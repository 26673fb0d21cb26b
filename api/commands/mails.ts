import { Rejected } from '../../domain/errors.ts';
import { mailStream } from '../../domain/ids.ts';
import { mailIdOf, parseMailAddress } from '../../domain/mail.ts';
import { retryMailSignal } from '../../workflows/contracts.ts';
import type { MailCommands } from '../facade/mail.ts';
import { originOf, type CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';

/** A run that ends while it is told is started anew; twice in a row is no coincidence. */
const maxTries = 2;

export const mailCommands = (context: CommandContext): MailCommands => ({
  async retryMail(caller, mailId) {
    const row = await context.views.reader
      .selectFrom('mails')
      .select(['noticeId', 'state'])
      .where('mailId', '=', mailId)
      .executeTakeFirst();
    if (!row) throw new Rejected('notFound', 'there is no such mail');
    const { noticeId } = row;
    const workflowId = mailStream(noticeId);
    const retryId = context.newId();
    if (row.state !== 'failed') {
      const facts = context.isRepeat() ? await context.events.readStream(workflowId) : [];
      if (facts.some(({ meta }) => meta.correlationId === retryId)) return;
      throw new Rejected('conflict', 'only a mail that failed is retried');
    }
    const retry = { mailId, retryId, origin: await originOf(context, caller, retryId) };
    for (let tries = 1; ; tries += 1) {
      // Other mails of the notice may still be under way: then their run takes the order.
      if (await context.engine.start('mail', workflowId, { noticeId, retry }, { again: true }))
        return;
      try {
        return await context.engine.signal(workflowId, retryMailSignal, retry);
      } catch (error) {
        if (!(error instanceof NotRunning) || tries >= maxTries) throw error;
      }
    }
  },

  async testMail(_caller, to) {
    const address = parseMailAddress(to);
    if (address === undefined)
      throw new Rejected('invalid', 'to: one address, as in jo@example.org');
    const noticeId = `mailTest-${context.newId()}`;
    const stream = mailStream(noticeId);
    const sealed = await context.secrets.seal(
      { owner: 'settings', stream, field: 'address' },
      address,
    );
    await context.engine.start('mail', stream, {
      noticeId,
      notice: {
        noticeId,
        occasion: 'mailTest',
        to: { kind: 'address', address: sealed },
        values: {},
      },
      maxTries: 1,
    });
    return { mailId: mailIdOf(noticeId, 0) };
  },
});
