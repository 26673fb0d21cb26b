import type { Sealed } from '../sealed.ts';

/** Why somebody who was to be told by mail was not even tried. */
export type MailSkipReason =
  | 'mailOff'
  | 'userMailOff'
  | 'noAddress'
  | 'badAddress'
  | 'noRecipients'
  | 'noUser';

/** The mails of one notice; stream mail-<noticeId>. */
export type MailEvents = {
  /** The intent, on record before anything leaves. */
  MailQueued: {
    mailId: string;
    occasion: string;
    /** Stable over tries (RFC 5322 §3.6.4). */
    messageId: string;
    /** Whom it is about; subject and text are sealed for them. */
    userId?: string;
    /** Whom it goes to, where that is a person; the address is sealed for them. */
    toUserId?: string;
    to: Sealed;
    subject: Sealed;
    text: Sealed;
    /** A text message to a phone number; a mail where absent. */
    via?: 'text';
  };
  MailSkipped: {
    mailId: string;
    occasion: string;
    reason: MailSkipReason;
    userId?: string;
    toUserId?: string;
  };
  /** The mail server has taken it. */
  MailSent: { mailId: string };
  /** The mail server refused it for good, or a day of tries is over. */
  MailFailed: { mailId: string; reason: string };
  /** An administrator has it tried for another day. */
  MailRetried: { mailId: string };
};
