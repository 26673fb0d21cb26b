import type { Attempt, OpenAttemptState } from './attempt.ts';
import { matchable, type PinFound } from './attemptCodes.ts';
import {
  endAttempt,
  isLate,
  nothing,
  reportFraud,
  shutOut,
  type Context,
  type Step,
} from './attemptEnding.ts';
import type { DomainEvent } from './events.ts';
import type { KeysResult } from './events/attempts.ts';
import { toIso } from './instants.ts';
import type { ResultCode } from './results.ts';
import type { CallEvent } from './voice.ts';

/** Silent or meaningless turns of one call before we hang up. */
const maxRetries = 2;

/** A call's event, after the arithmetic: the keys themselves stay outside unless they mean something here. */
export type CallHeard = {
  readonly event: CallEvent;
  readonly which: 'primary' | 'backup';
  readonly hasExtension: boolean;
  readonly pin: PinFound;
  readonly blockId: string;
};

const endCodes = {
  completed: 'HUNG_UP',
  cancelled: 'HUNG_UP',
  busy: 'BUSY',
  noAnswer: 'NO_ANSWER',
  failed: 'UNREACHABLE',
  voicemail: 'VOICEMAIL',
} as const satisfies Record<string, ResultCode>;

/** What a call comes to when nobody is there who could decide: the backup phone is tried once (spec/10 'Fallbacks'). */
const triesBackup: ReadonlySet<ResultCode> = new Set([
  'BUSY',
  'NO_ANSWER',
  'VOICEMAIL',
  'UNREACHABLE',
]);

type Called = {
  readonly requestId: string;
  readonly attempt: OpenAttemptState;
  readonly context: Context;
};

/** The phone's own end, or what a provider said of it: the other number, another method, or the end. */
export const phoneFailed = ({ requestId, attempt, context }: Called, code: ResultCode): Step => {
  const { user, settings, nowMs } = context;
  const backup = user.status === 'present' ? user.phones.backup : undefined;
  if (
    attempt.method === 'call' &&
    attempt.which === 'primary' &&
    backup !== undefined &&
    (triesBackup.has(code) || code === 'INVALID_PHONE')
  )
    return {
      attempt: [
        {
          type: 'AuthenticationFallbackStarted',
          data: {
            to: 'backupPhone',
            expiresAt: toIso(nowMs + settings.callSeconds * 1000),
            masked: backup.masked,
          },
        },
      ],
      user: [],
    };
  return endAttempt(requestId, attempt, code, context);
};

const pressed = (
  attempt: OpenAttemptState,
  result: KeysResult,
  triesLeft = attempt.pinTriesLeft,
): DomainEvent => ({
  type: 'AuthenticationKeysPressed',
  data: { result, triesLeft },
});

const withEnd = (fact: DomainEvent, step: Step, user: readonly DomainEvent[] = []): Step => ({
  attempt: [fact, ...step.attempt],
  user: [...user, ...step.user],
});

/** One thing that happened in a call. Whatever comes after the end, from another number or too late, changes nothing. */
export const hearCall = (
  requestId: string,
  attempt: Attempt,
  context: Context,
  heard: CallHeard,
): Step => {
  if (attempt.status !== 'challenging' && attempt.status !== 'awaiting-user') return nothing;
  if (attempt.method !== 'call' || attempt.which !== heard.which || isLate(attempt, context))
    return nothing;
  const called = { requestId, attempt, context };
  const { event } = heard;
  switch (event.kind) {
    case 'answered':
      if (event.by === 'machine') return phoneFailed(called, 'VOICEMAIL');
      return attempt.call === 'ringing'
        ? {
            ...nothing,
            attempt: [
              {
                type: 'AuthenticationCallAnswered',
                data: { which: heard.which, extension: heard.hasExtension },
              },
            ],
          }
        : nothing;
    case 'silence':
      return noUse(called, 'silence');
    case 'keys':
      return hearKeys(called, event.digits, heard);
    case 'ended':
      // Fraud that was said but not confirmed is an alert without a block.
      if (attempt.call === 'fraudCode') return notConfirmed(called);
      return phoneFailed(called, endCodes[event.reason]);
  }
};

const noUse = (called: Called, result: 'silence' | 'invalid'): Step => {
  const { requestId, attempt, context } = called;
  if (attempt.call === 'fraudCode') return notConfirmed(called);
  const fact = pressed(attempt, result);
  if (attempt.callRetries < maxRetries) return { ...nothing, attempt: [fact] };
  return withEnd(fact, endAttempt(requestId, attempt, 'NO_RESPONSE', context));
};

const notConfirmed = ({ requestId, attempt, context }: Called): Step =>
  withEnd(
    pressed(attempt, 'fraudNotConfirmed'),
    endAttempt(requestId, attempt, 'FRAUD_REPORTED', context),
  );

const hearKeys = (called: Called, digits: string, heard: CallHeard): Step => {
  const { requestId, attempt, context } = called;
  const code = context.settings.fraudCode;
  const canReport = attempt.fraudAllowed && code !== '';
  switch (attempt.call) {
    case 'extension':
      return digits === '#'
        ? { ...nothing, attempt: [pressed(attempt, 'connected')] }
        : noUse(called, 'invalid');
    case 'fraudCode':
      return digits === '1'
        ? withEnd(
            pressed(attempt, 'fraudConfirmed'),
            reportFraud(requestId, attempt, context, heard.blockId),
          )
        : notConfirmed(called);
    case 'fraudStarted':
      return digits === (code.length === 1 ? '#' : code.slice(1))
        ? fraud(called)
        : noUse(called, 'invalid');
    default:
  }
  if (attempt.mode === 'pin')
    return digits === code && canReport ? fraud(called) : hearPin(called, heard.pin);
  if (digits === '#') return confirm(called);
  if (canReport && digits === code[0])
    return { ...nothing, attempt: [pressed(attempt, 'fraudStarted')] };
  return noUse(called, 'invalid');
};

const fraud = (called: Called): Step => {
  const { requestId, attempt, context } = called;
  const fact = pressed(attempt, 'fraudCode');
  return attempt.fraudBlock
    ? { ...nothing, attempt: [fact] }
    : withEnd(fact, endAttempt(requestId, attempt, 'FRAUD_REPORTED', context));
};

const confirm = ({ requestId, attempt, context }: Called): Step =>
  withEnd(
    pressed(attempt, 'confirmed'),
    endAttempt(requestId, attempt, shutOut(context) ?? 'APPROVED', context),
  );

const hearPin = (called: Called, pin: PinFound): Step => {
  const { requestId, attempt, context } = called;
  if (!matchable(context)) return endAttempt(requestId, attempt, 'THROTTLED', context);
  if (pin === 'right') return confirm(called);
  const triesLeft = Math.max(0, attempt.pinTriesLeft - 1);
  const refused: DomainEvent = {
    type: 'UserCodeRefused',
    data: { requestId, reason: 'WRONG_PIN', at: toIso(context.nowMs) },
  };
  const fact = pressed(attempt, 'wrongPin', triesLeft);
  if (triesLeft > 0) return { attempt: [fact], user: [refused] };
  return withEnd(fact, endAttempt(requestId, attempt, 'WRONG_PIN', context), [refused]);
};
