import type { DomainEvent, EventData } from './events.ts';
import { toIso, toMs } from './instants.ts';
import { userKey, type KeyOwner, type SealedPlace } from './sealed.ts';
import { mailStream } from './ids.ts';

/** How long a mail is tried (spec/20 'E-mail to users'). */
const tryForMs = 24 * 3_600_000;
/** Recipients of one notice, at most. */
export const maxRecipients = 50;

/** A mail that waits to be sent. */
export type OpenMail = {
  readonly mailId: string;
  /** After this instant it counts as failed. */
  readonly giveUpAt: string;
};

export type Mail = {
  readonly queued: EventData['MailQueued'];
  readonly status: 'queued' | 'sent' | 'failed';
  readonly giveUpAt: string;
  readonly queuedAt: string;
  /** How often an administrator had it tried again. */
  readonly retries: number;
};

type Fact = DomainEvent & { readonly meta: { readonly at: string } };

/** The mails of one notice by id, folded from its stream. */
export const mailsOf = (facts: readonly Fact[]): ReadonlyMap<string, Mail> => {
  const mails = new Map<string, Mail>();
  const change = (mailId: string, changes: Partial<Mail>): void => {
    const mail = mails.get(mailId);
    if (mail) mails.set(mailId, { ...mail, ...changes });
  };
  for (const fact of facts) {
    const giveUpAt = toIso(toMs(fact.meta.at) + tryForMs);
    if (fact.type === 'MailQueued')
      mails.set(fact.data.mailId, {
        queued: fact.data,
        status: 'queued',
        giveUpAt,
        queuedAt: fact.meta.at,
        retries: 0,
      });
    if (fact.type === 'MailSent') change(fact.data.mailId, { status: 'sent' });
    if (fact.type === 'MailFailed') change(fact.data.mailId, { status: 'failed' });
    if (fact.type === 'MailRetried') {
      const retries = (mails.get(fact.data.mailId)?.retries ?? 0) + 1;
      change(fact.data.mailId, { status: 'queued', giveUpAt, retries });
    }
  }
  return mails;
};

export const openMails = (facts: readonly Fact[]): readonly OpenMail[] =>
  [...mailsOf(facts)]
    .filter(([, { status }]) => status === 'queued')
    .map(([mailId, { giveUpAt }]) => ({ mailId, giveUpAt }));

export const mailIdOf = (noticeId: string, index: number): string => `${noticeId}-${index + 1}`;

type Owners = { readonly userId?: string; readonly toUserId?: string };

const ownerOf = (userId: string | undefined): KeyOwner =>
  userId === undefined ? 'settings' : userKey(userId);

/** The address is its owner's; subject and text belong to the person they are about, and are erased with them. */
export const mailPlace = (
  noticeId: string,
  mailId: string,
  field: 'to' | 'subject' | 'text',
  { userId, toUserId }: Owners,
): SealedPlace => ({
  owner: ownerOf(field === 'to' ? toUserId : userId),
  stream: mailStream(noticeId),
  field: `${mailId}.${field}`,
});

const address =
  /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,251}[\p{L}\p{N}])?$/u;
const maxAddressLength = 254;

/** One bare address without a name, comments or anything that a header could be made of; undefined where it is none. */
export const parseMailAddress = (text: string): string | undefined => {
  const trimmed = text.trim();
  return trimmed.length <= maxAddressLength && address.test(trimmed) ? trimmed : undefined;
};

/** `j…@example.org`: enough for an administrator to know which one it is. */
export const maskMailAddress = (text: string): string => {
  const at = text.lastIndexOf('@');
  const [first = ''] = text;
  return at < 1 ? '…' : `${first}…${text.slice(at)}`;
};

/** Entries of a comma separated list, each with its address where it is one. */
export const addressesIn = (list: string): readonly (string | undefined)[] =>
  list
    .split(',')
    .filter((entry) => entry.trim() !== '')
    .slice(0, maxRecipients)
    .map(parseMailAddress);
