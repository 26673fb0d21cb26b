import type { DomainEvent } from './events.ts';
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
  | { readonly kind: 'endAttempt'; readonly requestId: string; readonly code: ResultCode };

const effectsOfOne = (event: DomainEvent, userId: string, after: User): readonly Effect[] => {
  switch (event.type) {
    case 'UserBlocked': {
      const { blockId, until } = event.data;
      return [{ kind: 'holdBlock', blockId, userId, until }, ...endOpen(after, 'USER_BLOCKED')];
    }
    case 'UserUnblocked':
      return event.data.ended === 'unblocked'
        ? [{ kind: 'liftBlock', blockId: event.data.blockId }]
        : [];
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

/** `after` is the person with the events folded in. */
export const effectsOf = (
  events: readonly DomainEvent[],
  userId: string,
  after: User,
): readonly Effect[] => events.flatMap((event) => effectsOfOne(event, userId, after));

/** What an attempt leaves to be done: a report of fraud to be followed to its end, and the block it made. */
export const effectsOfAttempt = (
  requestId: string,
  userId: string,
  attemptEvents: readonly DomainEvent[],
  user: User,
): readonly Effect[] => {
  const fraud = attemptEvents.some(
    (event) => event.type === 'AuthenticationDeviceAnswered' && event.data.answer === 'fraud',
  );
  if (!fraud) return [];
  const report: Effect = { kind: 'reportFraud', requestId, userId };
  const block = user.status === 'present' ? user.block : undefined;
  if (block?.fraudReportId !== requestId) return [report];
  const { blockId, until } = block;
  return [report, { kind: 'holdBlock', blockId, userId, until }, ...endOpen(user, 'USER_BLOCKED')];
};
