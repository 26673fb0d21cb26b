import type { Sealed } from './sealed.ts';

/** Why a mail goes out; templates are kept by it. */
export const occasions = [
  'fraudReported',
  'lockedOut',
  'guessing',
  'pushFatigue',
  'recoveryCodeUsed',
  'factorChanged',
  'userAdded',
  'userUpdated',
  'enrolment',
  'approvalAsked',
  'approvalReminder',
  'approvalEscalated',
  'approvalSettled',
  'approvalCreated',
  'approvalDecided',
  'approvalEnding',
  'approvalStuck',
  'webhookParked',
  'exportTargetDown',
  'ledgerBroken',
  'failOpenSet',
  'mailTest',
] as const;
export type Occasion = (typeof occasions)[number];

/** Something that somebody is to be told by mail: once, however often the step that says so is repeated. */
export type Notice = {
  /** The same for the same reason: made of the ids of what it is about. At most 200 of [A-Za-z0-9-]. */
  readonly noticeId: string;
  readonly occasion: Occasion;
  /**
   * A person, the notification list of the company's settings, or an address that an administrator typed in, sealed under
   * `settings` in the mail's own stream as field `address`.
   */
  readonly to:
    | { readonly kind: 'user'; readonly userId: string }
    | { readonly kind: 'notified' }
    | { readonly kind: 'address'; readonly address: Sealed };
  /** The person it is about, whose name the text shows. */
  readonly aboutUserId?: string;
  /** Further placeholders of the text; never a secret but an initial PIN that policy lets out. */
  readonly values: Readonly<Record<string, string>>;
};
