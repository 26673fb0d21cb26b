import type { MailRow } from '../../adapters/views/port.ts';
import { mailPlace, maskMailAddress } from '../../domain/mail.ts';
import type { MailQueries, MailView } from '../facade/mail.ts';
import type { QueryContext } from './context.ts';
import { lookUpNames } from './names.ts';
import { erased, openFor, unreadable } from './open.ts';
import { newestFirst } from './paging.ts';

export const mailQueries = (context: QueryContext): MailQueries => ({
  async listMails(filter, paging) {
    let query = context.reader.selectFrom('mails').selectAll();
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    return newestFirst(query, paging, (rows) => showMails(context, rows));
  },

  async getMail(mailId) {
    const row = await context.reader
      .selectFrom('mails')
      .selectAll()
      .where('mailId', '=', mailId)
      .executeTakeFirst();
    return row && (await showMails(context, [row]))[0];
  },
});

const showMails = async (
  context: QueryContext,
  rows: readonly MailRow[],
): Promise<readonly MailView[]> => {
  const people = rows.flatMap(({ userId, toUserId }) => toUserId ?? userId ?? []);
  const names = await lookUpNames(context, { users: people });
  return await Promise.all(
    rows.map(async (row) => {
      const person = row.toUserId ?? row.userId;
      return {
        mailId: row.mailId,
        occasion: row.occasion,
        state: row.state,
        ...(row.reason === null ? {} : { reason: row.reason }),
        to: await addressOf(context, row),
        username: person === null ? '' : names.user(person),
        at: row.at,
        changedAt: row.changedAt,
      };
    }),
  );
};

/** Opened here and masked at once. */
const addressOf = async ({ secrets }: QueryContext, row: MailRow): Promise<string> => {
  const owners = row.toUserId === null ? {} : { toUserId: row.toUserId };
  const place = mailPlace(row.noticeId, row.mailId, 'to', owners);
  const text = await openFor(secrets, place, row.toSealed);
  return text === '' || text === erased || text === unreadable ? text : maskMailAddress(text);
};
