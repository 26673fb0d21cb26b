import type { DomainEvent } from './events.ts';
import type { Notice } from './notice.ts';
import { noticesOf, noticesOfAttempt, noticesOfConfiguration, textNoticesOf } from './notices.ts';
import type { ResultCode } from './results.ts';
import type { User } from './user.ts';

/**
 * What must happen elsewhere because of facts that are on record: the workflow whose step recorded them starts
 * or tells other workflows. Effects follow from facts alone, so that a step that is repeated after a crash has
 * the same ones; each can be repeated without harm.
 */
export type Effect =
  | {
      readonly kind: 'holdBlock';
      readonly blockId: string;
      readonly userId: string;
      readonly until: string;
    }
  | { readonly kind: 'liftBlock'; readonly blockId: string }
  | {
      readonly kind: 'holdBypass';
      readonly bypassId: string;
      readonly userId: string;
      readonly until: string;
    }
  | { readonly kind: 'endBypass'; readonly bypassId: string }
  | { readonly kind: 'reportFraud'; readonly requestId: string; readonly userId: string }
  | {
      readonly kind: 'openActivation';
      readonly activationId: string;
      readonly userId: string;
      readonly expiresAt: string;
    }
  | {
      readonly kind: 'endActivation';
      readonly activationId: string;
      readonly reason: 'replaced' | 'revoked';
    }
  | { readonly kind: 'confirmActivation'; readonly activationId: string }
  | { readonly kind: 'endAttempt'; readonly requestId: string; readonly code: ResultCode }
  /** A callback that waits for its next try is to be looked at now. */
  | { readonly kind: 'hurryDelivery'; readonly deliveryId: string }
  | { readonly kind: 'notify'; readonly notice: Notice };

export const notify = (notice: Notice): Effect => ({ kind: 'notify', notice });

const effectsOfOne = (event: DomainEvent, userId: string, after: User): readonly Effect[] => {
  switch (event.type) {
    case 'UserBlocked': {
      const { blockId, until } = event.data;
      const code = event.data.flag === 'lockout' ? 'USER_LOCKED' : 'USER_BLOCKED';
      return [{ kind: 'holdBlock', blockId, userId, until }, ...endOpen(after, code)];
    }
    case 'UserUnblocked':
      return event.data.ended === 'unblocked'
        ? [{ kind: 'liftBlock', blockId: event.data.blockId }]
        : [];
    case 'BypassCreated': {
      const { bypassId, until } = event.data;
      return [{ kind: 'holdBypass', bypassId, userId, until }];
    }
    case 'BypassEnded':
      return event.data.ended === 'expired'
        ? []
        : [{ kind: 'endBypass', bypassId: event.data.bypassId }];
    case 'UserDisabled':
      return endOpen(after, 'USER_DISABLED');
    case 'UserRemoved':
      return [
        ...event.data.openRequests.map(
          (requestId) => ({ kind: 'endAttempt', requestId, code: 'SUPERSEDED' }) as const,
        ),
        ...(event.data.activationId
          ? [
              {
                kind: 'endActivation',
                activationId: event.data.activationId,
                reason: 'revoked',
              } as const,
            ]
          : []),
      ];
    case 'UserRegistrationReset':
      return [
        ...endOpen(after, 'SUPERSEDED'),
        ...(after.status === 'present' && after.activationId
          ? [
              {
                kind: 'endActivation',
                activationId: after.activationId,
                reason: 'revoked',
              } as const,
            ]
          : []),
      ];
    case 'DeviceActivationRequested': {
      const { activationId, expiresAt, replaces } = event.data;
      return [
        ...(replaces
          ? [{ kind: 'endActivation', activationId: replaces, reason: 'replaced' } as const]
          : []),
        { kind: 'openActivation', activationId, userId, expiresAt },
      ];
    }
    case 'DeviceConfirmed':
      return [{ kind: 'confirmActivation', activationId: event.data.activationId }];
    default:
      return [];
  }
};

/** Every open attempt of a person ends when they are blocked or disabled (spec/10 'Block'). */
const endOpen = (user: User, code: ResultCode): readonly Effect[] =>
  user.status === 'present'
    ? user.open.map(({ requestId }) => ({ kind: 'endAttempt', requestId, code }))
    : [];

/**
 * `after` is the person with the events folded in; `stepId` names the step that recorded them, the same on every try.
 * Without it nobody is told by mail.
 */
export const effectsOf = (
  events: readonly DomainEvent[],
  userId: string,
  after: User,
  stepId?: string,
): readonly Effect[] => [
  ...events.flatMap((event) => effectsOfOne(event, userId, after)),
  ...(stepId === undefined ? [] : noticesOf(events, userId, stepId).map(notify)),
];

/** The text to the old phone, where texts go out. */
export const textEffectsOf = (
  events: readonly DomainEvent[],
  userId: string,
  after: User,
  stepId: string | undefined,
): readonly Effect[] =>
  stepId === undefined ? [] : textNoticesOf(events, userId, after, stepId).map(notify);

export const effectsOfConfiguration = (
  events: readonly DomainEvent[],
  stepId: string,
): readonly Effect[] => noticesOfConfiguration(events, stepId).map(notify);

/** What an attempt leaves to be done elsewhere, and whom to tell. */
export const effectsOfAttempt = (
  requestId: string,
  userId: string,
  attemptEvents: readonly DomainEvent[],
  user: User,
): readonly Effect[] => {
  return [
    ...heldBy(requestId, userId, attemptEvents, user),
    ...noticesOfAttempt(requestId, userId, attemptEvents, user).map(notify),
  ];
};

/** A report of fraud is followed to its end; the block or lock that the attempt made is held. */
const heldBy = (
  requestId: string,
  userId: string,
  attemptEvents: readonly DomainEvent[],
  user: User,
): readonly Effect[] => {
  const lock = user.status === 'present' ? user.lock : undefined;
  // A lock is named by the attempt that led to it.
  if (lock?.blockId === requestId)
    return [
      { kind: 'holdBlock', blockId: requestId, userId, until: lock.until },
      ...endOpen(user, 'USER_LOCKED'),
    ];
  const bypassed = attemptEvents.find((event) => event.type === 'AuthenticationRuleMatched')?.data
    .bypassId;
  if (bypassed !== undefined) return [{ kind: 'endBypass', bypassId: bypassed }];
  const fraud = attemptEvents.some(
    (event) => event.type === 'AuthenticationDenied' && event.data.code === 'FRAUD_REPORTED',
  );
  if (!fraud) return [];
  const report: Effect = { kind: 'reportFraud', requestId, userId };
  const block = user.status === 'present' ? user.block : undefined;
  if (block?.fraudReportId !== requestId) return [report];
  const { blockId, until } = block;
  return [report, { kind: 'holdBlock', blockId, userId, until }, ...endOpen(user, 'USER_BLOCKED')];
};
