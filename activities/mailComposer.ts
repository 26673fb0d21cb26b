import type { Configuration } from '../domain/configuration.ts';
import type { DomainEvent } from '../domain/events.ts';
import type { MailSkipReason } from '../domain/events/mails.ts';
import type { PhoneSlot } from '../domain/events/attempts.ts';
import { mailStream, userStream } from '../domain/ids.ts';
import { addressesIn, mailIdOf, mailPlace, parseMailAddress } from '../domain/mail.ts';
import { writeMail } from '../domain/mail/template.ts';
import type { Notice } from '../domain/notice.ts';
import { parsePhone, phoneField } from '../domain/phone.ts';
import { inUserStream, type Sealed } from '../domain/sealed.ts';
import { clip } from '../domain/shownPush.ts';
import { absentUser, evolveUser, type PresentUser, type User } from '../domain/user.ts';
import type { Aggregates } from './aggregates.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';

type Person = { readonly userId: string; readonly user: PresentUser };
/** Somebody to be told, or why not; an address that `isPhone` is texted. */
type Recipient = {
  readonly isPhone?: true;
  readonly toUserId?: string;
  readonly person?: PresentUser;
} & ({ readonly address: string } | { readonly skip: MailSkipReason });

/** Characters of a text message: a few parts, whatever a template says. */
const maxTextMessage = 300;

/** Makes the mails of a notice: who gets one, at which address, in which words. */
export const mailComposer = (ports: Ports, aggregates: Aggregates) => {
  const { secrets, mailer } = ports;

  const personOf = async (userId: string | undefined): Promise<Person | undefined> => {
    if (userId === undefined) return undefined;
    const { state: user } = await aggregates.user(userId);
    return user.status === 'present' ? { userId, user } : undefined;
  };

  const opened = async (
    { userId }: Person,
    field: string,
    sealed: Sealed | undefined,
  ): Promise<string> => {
    if (sealed === undefined) return '';
    const place = inUserStream(userId, field);
    return (await secrets.open(place, sealed)) ?? '';
  };

  /** The person's numbers as they were before the step that is told of. */
  const oldPhones = async ({
    userId: toUserId,
    which,
    before,
  }: Extract<Notice['to'], { kind: 'oldPhone' }>): Promise<readonly Recipient[]> => {
    const facts = await readWhole(ports.events, userStream(toUserId));
    const until = facts.findIndex(({ id }) => id === before);
    const user = facts.slice(0, Math.max(0, until)).reduce<User>(evolveUser, absentUser);
    if (user.status !== 'present') return [{ toUserId, isPhone: true, skip: 'noUser' }];
    const had = (slots: readonly PhoneSlot[]) =>
      slots.filter((slot) => user.phones[slot] !== undefined);
    const others = (['primary', 'backup'] as const).filter((slot) => !which.includes(slot));
    const slots = had(which).length > 0 ? had(which) : had(others);
    if (slots.length === 0) return [{ toUserId, isPhone: true, skip: 'noAddress' }];
    return await Promise.all(
      slots.map(async (slot): Promise<Recipient> => {
        const sealed = user.phones[slot]?.phone;
        const number = await opened({ userId: toUserId, user }, phoneField[slot], sealed);
        const phone = parsePhone(number);
        const to = { toUserId, person: user, isPhone: true } as const;
        return phone === undefined
          ? { ...to, skip: 'badAddress' }
          : { ...to, address: `+${phone.countryCode}${phone.number}` };
      }),
    );
  };

  const recipientsOf = async (
    { to, noticeId }: Notice,
    { settings }: Configuration,
  ): Promise<readonly Recipient[]> => {
    if (to.kind === 'notified') {
      const list = addressesIn(settings.notificationAddresses);
      if (list.length === 0) return [{ skip: 'noRecipients' }];
      return list.map((address) => (address === undefined ? { skip: 'badAddress' } : { address }));
    }
    if (to.kind === 'address') {
      const place = { owner: 'settings', stream: mailStream(noticeId), field: 'address' } as const;
      const address = parseMailAddress((await secrets.open(place, to.address)) ?? '');
      return [address === undefined ? { skip: 'badAddress' } : { address }];
    }
    const { userId: toUserId } = to;
    if (to.kind === 'oldPhone') return await oldPhones(to);
    const person = await personOf(toUserId);
    if (!person) return [{ toUserId, skip: 'noUser' }];
    if (!settings.sendMailToUsers) return [{ toUserId, skip: 'userMailOff' }];
    const typed = await opened(person, 'email', person.user.email);
    if (typed === '') return [{ toUserId, skip: 'noAddress' }];
    const address = parseMailAddress(typed);
    return [
      address === undefined
        ? { toUserId, skip: 'badAddress' }
        : { toUserId, person: person.user, address },
    ];
  };

  /** Placeholders of every template; those of the notice count before. */
  const valuesOf = async (
    notice: Notice,
    about: Person | undefined,
    { settings, deployment }: Configuration,
  ): Promise<Readonly<Record<string, string>>> => {
    const { initial_pin: pin = '', ...values } = notice.values;
    const accountName = settings.accountName || (deployment?.companyName ?? '');
    const username = about ? await opened(about, 'username', about.user.username) : '';
    const name = about ? await opened(about, 'firstName', about.user.firstName) : '';
    const toSelf = notice.to.kind === 'user' && notice.to.userId === about?.userId;
    const pinAllowed = settings.initialPinInMail && toSelf && about.user.pinChangeRequired;
    return {
      company: settings.companyName || accountName,
      account_name: accountName,
      portal_url: settings.portalUrl,
      username,
      name: name || username,
      phone: about?.user.phones.primary?.masked ?? '',
      ...values,
      ...(pinAllowed ? { initial_pin: pin } : {}),
    };
  };

  return async (notice: Notice): Promise<readonly DomainEvent[]> => {
    const { noticeId, occasion } = notice;
    const configuration = (await aggregates.configuration()).state;
    const about = await personOf(
      notice.aboutUserId ?? ('userId' in notice.to ? notice.to.userId : undefined),
    );
    const mailOn = await mailer.enabled();
    const sender = [...configuration.items.smtpServer.values()][0]?.sender ?? '';
    const values = await valuesOf(notice, about, configuration);
    const templates = [...configuration.items.mailTemplate.values()];

    const factFor = async (recipient: Recipient, index: number): Promise<DomainEvent> => {
      const mailId = mailIdOf(noticeId, index);
      const { toUserId, person, isPhone } = recipient;
      const owners = {
        ...(about ? { userId: about.userId } : {}),
        ...(toUserId === undefined ? {} : { toUserId }),
      };
      const own = 'skip' in recipient ? recipient.skip : undefined;
      const skip = mailOn || isPhone ? own : 'mailOff';
      if (skip !== undefined || !('address' in recipient))
        return {
          type: 'MailSkipped',
          data: { mailId, occasion, reason: skip ?? 'noAddress', ...owners },
        };
      const language = languageOf(person, configuration);
      const { subject, text } = writeMail(
        { occasion, language, method: (person ?? about?.user)?.method },
        values,
        templates,
      );
      const sealed = async (field: 'to' | 'subject' | 'text', plain: string) =>
        await secrets.seal(mailPlace(noticeId, mailId, field, owners), plain);
      return {
        type: 'MailQueued',
        data: {
          mailId,
          occasion,
          messageId: `<${mailId}@${domainOf(sender)}>`,
          ...owners,
          to: await sealed('to', recipient.address),
          subject: await sealed('subject', subject),
          text: await sealed('text', isPhone ? clip(text, maxTextMessage) : text),
          ...(isPhone ? { via: 'text' as const } : {}),
        },
      };
    };
    return await Promise.all((await recipientsOf(notice, configuration)).map(factFor));
  };
};

const languageOf = (person: PresentUser | undefined, { settings }: Configuration): string =>
  (person && person.preferences[`${person.method}Language`]) ?? settings.mailLanguage;

/** The part of a message id that makes it ours. */
const domainOf = (sender: string): string => /@([A-Za-z0-9.-]+)/.exec(sender)?.[1] ?? 'countersign';
