import type { DomainEvent } from './events.ts';
import { isOpening } from './failOpen.ts';
import type { Factor } from './mail/texts.ts';
import type { Notice } from './notice.ts';
import { phoneField } from './phone.ts';
import type { User } from './user.ts';

const toList = { kind: 'notified' } as const;
const toUser = (userId: string) => ({ kind: 'user', userId }) as const;

const factorOf = (event: DomainEvent): Factor | undefined => {
  switch (event.type) {
    case 'UserPhoneChanged':
      return phoneField[event.data.which];
    case 'UserMethodChanged':
      return 'method';
    case 'UserPinChanged':
      return 'pin';
    case 'DeviceConfirmed':
      return 'device';
    case 'DeviceRemoved':
      return event.data.reason === 'removed' ? 'deviceRemoved' : undefined;
    case 'TokenAssigned':
      return 'token';
    case 'UserRegistrationReset':
      return 'registration';
    case 'RecoveryCodesIssued':
      return 'recoveryCodes';
    case 'AccessPassIssued':
      return 'accessPass';
    case 'QuestionsSet':
      return 'questions';
    default:
      return undefined;
  }
};

/**
 * Whom a change of a person is to be told: the person, once a step, of what they sign in with (SEC-51). Someone who was
 * added just now had nothing that could change.
 * @param stepId the same on every try of the step that recorded the events
 */
export const noticesOf = (
  events: readonly DomainEvent[],
  userId: string,
  stepId: string,
): readonly Notice[] => {
  const changed = events.flatMap((event) => factorOf(event) ?? []);
  const isNew = events.some(({ type }) => type === 'UserAdded');
  const lockouts = events.flatMap((event) =>
    event.type === 'UserBlocked' && event.data.flag === 'lockout'
      ? [lockedOut(userId, event.data)]
      : [],
  );
  if (changed.length === 0 || isNew) return lockouts;
  return [
    ...lockouts,
    {
      noticeId: `factorChanged-${stepId}`,
      occasion: 'factorChanged',
      to: toUser(userId),
      values: { factors: [...new Set(changed)].join(',') },
    },
  ];
};

/**
 * The text message to the old phone (SEC-51): to the number that was changed, else to the first. Somebody without a phone
 * before and after is told by mail alone.
 */
export const textNoticesOf = (
  events: readonly DomainEvent[],
  userId: string,
  after: User,
  stepId: string,
): readonly Notice[] => {
  const changed = events.flatMap((event) => factorOf(event) ?? []);
  const isNew = events.some(({ type }) => type === 'UserAdded');
  const phones = events.flatMap((event) =>
    event.type === 'UserPhoneChanged' ? [event.data.which] : [],
  );
  const reset = events.some(({ type }) => type === 'UserRegistrationReset');
  const has = after.status === 'present' && (after.phones.primary ?? after.phones.backup);
  if (isNew || changed.length === 0 || !(has || reset || phones.length > 0)) return [];
  const which = phones.length > 0 ? [...new Set(phones)] : (['primary'] as const);
  return [
    {
      noticeId: `factorChangedText-${stepId}`,
      occasion: 'factorChangedText',
      to: { kind: 'oldPhone', userId, which, before: stepId },
      values: { factors: [...new Set(changed)].join(',') },
    },
  ];
};

const lockedOut = (
  userId: string,
  { blockId, reason, until }: { blockId: string; reason: string; until: string },
): Notice => ({
  noticeId: `lockedOut-${blockId}`,
  occasion: 'lockedOut',
  to: toList,
  aboutUserId: userId,
  values: { reason, until },
});

const applicationOf = (events: readonly DomainEvent[]): string =>
  events.find((event) => event.type === 'AuthenticationRequested')?.data.application ?? '';

/**
 * Whom an attempt is to be told: the notification list of a lockout, and of an approval after many refusals (SEC-38); the
 * person of a recovery code that was used (SEC-52) and of the fifth wrong code in a row (SEC-31). Each is named by its attempt, so that it is told once.
 */
export const noticesOfAttempt = (
  requestId: string,
  userId: string,
  events: readonly DomainEvent[],
  user: User,
): readonly Notice[] => {
  if (user.status !== 'present') return [];
  const values = { application_name: applicationOf(events) };
  const recovered = events.some(
    (event) =>
      event.type === 'AuthenticationCodeSubmitted' &&
      event.data.accepted &&
      event.data.source === 'recovery',
  );
  return [
    ...(user.lock?.blockId === requestId ? [lockedOut(userId, user.lock)] : []),
    ...(user.wornOutIn === requestId
      ? [
          {
            noticeId: `pushFatigue-${requestId}`,
            occasion: 'pushFatigue',
            to: toList,
            aboutUserId: userId,
            values,
          } as const,
        ]
      : []),
    ...(recovered
      ? [
          {
            noticeId: `recoveryCodeUsed-${requestId}`,
            occasion: 'recoveryCodeUsed',
            to: toUser(userId),
            values,
          } as const,
        ]
      : []),
    ...(user.guessedIn === requestId
      ? [
          {
            noticeId: `guessing-${requestId}`,
            occasion: 'guessing',
            to: toUser(userId),
            values,
          } as const,
        ]
      : []),
  ];
};

/** For the notification list: somebody says that an attempt was not theirs. */
export const fraudNotice = (report: {
  readonly requestId: string;
  readonly userId: string;
  readonly attempt: readonly DomainEvent[];
  readonly at: string;
  /** End of the block that the report made, where it made one. */
  readonly until: string | undefined;
}): Notice => ({
  noticeId: `fraudReported-${report.requestId}`,
  occasion: 'fraudReported',
  to: toList,
  aboutUserId: report.userId,
  values: {
    application_name: applicationOf(report.attempt),
    at: report.at,
    ...(report.until === undefined ? {} : { until: report.until }),
  },
});

export const noticesOfConfiguration = (
  events: readonly DomainEvent[],
  stepId: string,
): readonly Notice[] => {
  const opened = events.flatMap((event) =>
    event.type === 'SettingsChanged'
      ? Object.entries(event.data.changes).filter(([name, value]) => isOpening(name, value))
      : [],
  );
  if (opened.length === 0) return [];
  const setting = opened.map(([name, value]) => `${name} = ${value}`).join(', ');
  return [
    { noticeId: `failOpenSet-${stepId}`, occasion: 'failOpenSet', to: toList, values: { setting } },
  ];
};
