import type { PhoneSlot } from './events/attempts.ts';
import type { Sealed } from './sealed.ts';

/** Why a mail goes out; templates are kept by it. */
export const occasions = [
  'fraudReported',
  'lockedOut',
  'guessing',
  'pushFatigue',
  'recoveryCodeUsed',
  'factorChanged',
  'factorChangedText',
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
  'viewsLag',
  'failOpenSet',
  'mailTest',
] as const;
export type Occasion = (typeof occasions)[number];

/** Something that somebody is to be told by mail, or by a text message: once, however often the step that says so is repeated. */
export type Notice = {
  /** The same for the same reason: made of the ids of what it is about. At most 200 of [A-Za-z0-9-]. */
  readonly noticeId: string;
  readonly occasion: Occasion;
  /**
   * A person, a person's phone as it was before a step that changed something, the notification list of the company's
   * settings, or an address that an administrator typed in, sealed under `settings` in the mail's own stream as field
   * `address`.
   */
  readonly to:
    | { readonly kind: 'user'; readonly userId: string }
    | {
        readonly kind: 'oldPhone';
        readonly userId: string;
        /** Numbers that are told, where they were there; the other one else. */
        readonly which: readonly PhoneSlot[];
        /** Id of the step's first event in the person's stream. */
        readonly before: string;
      }
    | { readonly kind: 'notified' }
    | { readonly kind: 'address'; readonly address: Sealed };
  /** The person it is about, whose name the text shows. */
  readonly aboutUserId?: string;
  /** Further placeholders of the text; never a secret but an initial PIN that policy lets out. */
  readonly values: Readonly<Record<string, string>>;
};
