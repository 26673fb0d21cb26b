import type { ChallengedDevice, DomainEvent } from './events.ts';
import type { Method } from './methods.ts';
import { outcomeOf, type Outcome } from './results.ts';

/** One attempt, folded from its own stream. The first terminal event is its end; later ones change nothing. */
export type Attempt =
  | { readonly status: 'none' }
  | (Begun & { readonly status: 'evaluating' })
  | (Begun & Challenged & { readonly status: 'awaiting-user' | 'awaiting-code' })
  | (Begun & { readonly status: 'joined'; readonly leaderId: string })
  | (Begun & { readonly status: 'ended'; readonly outcome: Outcome; readonly method?: Method });

type Begun = {
  readonly userId: string | undefined;
  readonly callerId: string;
};

type Challenged = {
  readonly method: Method;
  readonly expiresAt: string;
  readonly fraudAllowed: boolean;
  readonly fraudBlock: boolean;
  readonly devices: readonly ChallengedDevice[];
  readonly triesLeft: number | undefined;
};

export const noAttempt: Attempt = { status: 'none' };

export const evolveAttempt = (attempt: Attempt, event: DomainEvent): Attempt => {
  if (event.type === 'AuthenticationRequested')
    return { status: 'evaluating', userId: event.data.userId, callerId: event.data.callerId };
  if (attempt.status === 'none' || attempt.status === 'ended') return attempt;
  const { userId, callerId } = attempt;
  switch (event.type) {
    case 'AuthenticationChallengeSent': {
      const { method, expiresAt, fraudAllowed, fraudBlock, devices } = event.data;
      return {
        status: method === 'app' ? 'awaiting-user' : 'awaiting-code',
        userId,
        callerId,
        method,
        expiresAt,
        fraudAllowed,
        fraudBlock,
        devices,
        triesLeft: undefined,
      };
    }
    case 'AuthenticationJoined':
      return { status: 'joined', userId, callerId, leaderId: event.data.leaderId };
    case 'AuthenticationCodeSubmitted':
      return attempt.status === 'awaiting-code'
        ? { ...attempt, triesLeft: event.data.triesLeft }
        : attempt;
    case 'AuthenticationApproved':
    case 'AuthenticationSkipped':
    case 'AuthenticationDenied':
    case 'AuthenticationExpired':
    case 'AuthenticationFailed':
    case 'AuthenticationCancelled':
      return {
        status: 'ended',
        userId,
        callerId,
        outcome: outcomeOf(event.data.code),
        ...('method' in attempt ? { method: attempt.method } : {}),
      };
    default:
      return attempt;
  }
};
