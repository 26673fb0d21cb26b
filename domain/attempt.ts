import type { ChallengedDevice, DomainEvent, EventData } from './events.ts';
import type { NumberMatch, PhoneSlot } from './events/attempts.ts';
import { cachedByOf } from './exemptions.ts';
import type { CacheRule } from './items/rules.ts';
import type { Channel, Method, SmsDirection, StandardOrPin } from './methods.ts';
import { outcomeOf, type Outcome, type ResultCode } from './results.ts';

/** One attempt, folded from its own stream. The first terminal event is its end; later ones change nothing. */
export type Attempt =
  | { readonly status: 'none' }
  | (Begun & { readonly status: 'evaluating' })
  | (Begun & Challenged & { readonly status: OpenStatus })
  | (Begun & { readonly status: 'joined'; readonly leaderId: string })
  | (Begun & { readonly status: 'awaiting-approval' } & AwaitsApproval)
  | (Begun & {
      readonly status: 'ended';
      readonly outcome: Outcome;
      readonly method?: Method;
      readonly mode?: StandardOrPin;
    });

/** `challenging`: the person is to be called or texted, and no provider has taken it yet. */
export type OpenStatus = 'challenging' | 'awaiting-user' | 'awaiting-code';
export type OpenAttemptState = Extract<Attempt, { status: OpenStatus }>;

type Begun = {
  readonly userId: string | undefined;
  readonly callerId: string;
  readonly channel: Channel;
  readonly application: string;
  readonly inputHash?: string;
  /** The rule by which an approval of before let the person in. */
  readonly cachedBy?: CacheRule['type'];
};

type AwaitsApproval = {
  readonly method: Method;
  readonly approvalId: string;
  readonly policyId: string;
  readonly expiresAt: string;
  /** How it ends where the others approve. */
  readonly code: ResultCode;
};

type Challenged = {
  readonly method: Method;
  readonly mode: StandardOrPin;
  readonly direction: SmsDirection | undefined;
  readonly language: string;
  readonly numberMatch: NumberMatch | undefined;
  readonly expiresAt: string;
  readonly fraudAllowed: boolean;
  readonly fraudBlock: boolean;
  readonly devices: readonly ChallengedDevice[];
  /** Codes that may still be tried; unknown until the first was. */
  readonly triesLeft: number | undefined;
  readonly pinTriesLeft: number;
  /** The number that is called or texted. */
  readonly which: PhoneSlot;
  readonly contact: Contact | undefined;
  /** How far a call has come. */
  readonly call: CallStage;
  /** Calls with a wrong key, or none, so far. */
  readonly callRetries: number;
  /** The attempt went on in another way than it began. */
  readonly fellBack: 'backupPhone' | 'oath' | undefined;
};

/**
 * `extension`: somebody else may have answered; `fraudStarted`: the first digit of the fraud code was pressed;
 * `fraudCode`: all of it, and `1` is waited for.
 */
export type CallStage = 'ringing' | 'extension' | 'greeting' | 'fraudStarted' | 'fraudCode';

/** A call or text under way. */
type Contact = {
  readonly reference: string;
  readonly startedAt: string;
  readonly providerRef: string | undefined;
};

export const noAttempt: Attempt = { status: 'none' };

/** A call or text is named by its attempt and its number, so that a repeated step contacts nobody twice. */
export const contactReference = (requestId: string, which: PhoneSlot): string =>
  `${requestId}-${which}`;

export const isOpen = (attempt: Attempt): attempt is OpenAttemptState =>
  attempt.status === 'challenging' ||
  attempt.status === 'awaiting-user' ||
  attempt.status === 'awaiting-code';

const challenged = (
  data: EventData['AuthenticationChallengeSent'],
): Challenged & { readonly status: OpenStatus } => {
  const { method, expiresAt, fraudAllowed, fraudBlock, devices, direction } = data;
  return {
    status:
      method === 'app' ? 'awaiting-user' : method === 'oath' ? 'awaiting-code' : 'challenging',
    method,
    mode: data.mode ?? 'standard',
    direction,
    language: data.language ?? 'en',
    numberMatch: data.numberMatch,
    expiresAt,
    fraudAllowed,
    fraudBlock,
    devices,
    triesLeft: undefined,
    pinTriesLeft: data.pinTries ?? 0,
    which: data.which ?? 'primary',
    contact: undefined,
    call: 'ringing',
    callRetries: 0,
    fellBack: undefined,
  };
};

const evolveOpen = (attempt: OpenAttemptState, event: DomainEvent): Attempt => {
  switch (event.type) {
    case 'AuthenticationCodeSubmitted':
      return attempt.status === 'awaiting-user' && attempt.method !== 'sms'
        ? attempt
        : { ...attempt, triesLeft: event.data.triesLeft };
    case 'AuthenticationContactStarted':
      return {
        ...attempt,
        contact: {
          reference: event.data.reference,
          startedAt: event.data.at,
          providerRef: undefined,
        },
      };
    case 'AuthenticationContactAccepted':
      return {
        ...attempt,
        status:
          attempt.method === 'sms' && attempt.direction !== 'twoWay'
            ? 'awaiting-code'
            : 'awaiting-user',
        contact: attempt.contact && { ...attempt.contact, providerRef: event.data.providerRef },
      };
    case 'AuthenticationFallbackStarted':
      return event.data.to === 'oath'
        ? {
            ...attempt,
            status: 'awaiting-code',
            method: 'oath',
            expiresAt: event.data.expiresAt,
            fellBack: 'oath',
          }
        : {
            ...attempt,
            status: 'challenging',
            which: 'backup',
            expiresAt: event.data.expiresAt,
            contact: undefined,
            call: 'ringing',
            callRetries: 0,
            fellBack: 'backupPhone',
          };
    case 'AuthenticationCallAnswered':
      return { ...attempt, call: event.data.extension ? 'extension' : 'greeting' };
    case 'AuthenticationKeysPressed': {
      const { result, triesLeft } = event.data;
      const retry = result === 'silence' || result === 'invalid';
      return {
        ...attempt,
        pinTriesLeft: triesLeft,
        callRetries: attempt.callRetries + (retry ? 1 : 0),
        call:
          result === 'fraudStarted' || result === 'fraudCode'
            ? result
            : attempt.call === 'extension' && result !== 'connected'
              ? 'extension'
              : 'greeting',
      };
    }
    case 'AuthenticationProofRefused':
      return { ...attempt, pinTriesLeft: event.data.triesLeft };
    default:
      return attempt;
  }
};

export const evolveAttempt = (attempt: Attempt, event: DomainEvent): Attempt => {
  if (event.type === 'AuthenticationRequested') {
    const { userId, callerId, channel, application, inputHash } = event.data;
    return {
      status: 'evaluating',
      userId,
      callerId,
      channel,
      application,
      ...(inputHash === undefined ? {} : { inputHash }),
    };
  }
  if (attempt.status === 'none' || attempt.status === 'ended') return attempt;
  const { userId, callerId, channel, application, inputHash } = attempt;
  const begun = {
    userId,
    callerId,
    channel,
    application,
    ...(inputHash === undefined ? {} : { inputHash }),
  };
  switch (event.type) {
    case 'AuthenticationRuleMatched': {
      const cachedBy = cachedByOf(event.data.rule);
      return cachedBy === undefined ? attempt : { ...attempt, cachedBy };
    }
    case 'AuthenticationChallengeSent':
      return { ...begun, ...challenged(event.data) };
    case 'AuthenticationJoined':
      return { status: 'joined', ...begun, leaderId: event.data.leaderId };
    case 'AuthenticationApprovalAwaited': {
      return { status: 'awaiting-approval', ...begun, ...event.data };
    }
    case 'AuthenticationApproved':
    case 'AuthenticationSkipped':
    case 'AuthenticationDenied':
    case 'AuthenticationExpired':
    case 'AuthenticationFailed':
    case 'AuthenticationCancelled':
      return {
        status: 'ended',
        ...begun,
        outcome: outcomeOf(event.data.code),
        ...(attempt.cachedBy === undefined ? {} : { cachedBy: attempt.cachedBy }),
        ...('method' in attempt ? { method: attempt.method } : {}),
        ...('mode' in attempt ? { mode: attempt.mode } : {}),
      };
    default:
      return isOpen(attempt) ? evolveOpen(attempt, event) : attempt;
  }
};
