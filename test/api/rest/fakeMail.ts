import type { MailCommands, MailQueries, MailView } from '../../../api/facade/mail.ts';
import { Rejected } from '../../../domain/errors.ts';
import { parseMailAddress } from '../../../domain/mail.ts';
import { at, type FakeWorld } from './fakeWorld.ts';

const failed: MailView = {
  mailId: 'lockedOut-B1-1',
  occasion: 'lockedOut',
  state: 'failed',
  reason: '550 5.1.1',
  to: 'a…@example.org',
  username: 'jo@example.org',
  at,
  changedAt: at,
};

/** One mail that failed. */
export const fakeMailCommands = ({ called }: Pick<FakeWorld, 'called'>): MailCommands => ({
  async retryMail(caller, mailId) {
    called('retryMail', caller, mailId);
    if (mailId !== failed.mailId) throw new Rejected('notFound', 'there is no such mail');
  },
  async testMail(caller, to) {
    called('testMail', caller, to);
    if (parseMailAddress(to) === undefined) throw new Rejected('invalid', 'to: one address');
    return { mailId: 'mailTest-1-1' };
  },
});

export const fakeMailQueries = (): MailQueries => ({
  listMails: async ({ state }) => ({
    rows: state === undefined || state === failed.state ? [failed] : [],
  }),
  getMail: async (mailId) => (mailId === failed.mailId ? failed : undefined),
});
