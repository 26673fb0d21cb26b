import type { Attempt } from './attempt.ts';
import type { DeviceAnswer, DomainEvent, EventData } from './events.ts';
import { toIso, toMs } from './instants.ts';
import { resultCodes, type ResultCode } from './results.ts';
import type { Settings } from './settings.ts';
import { isBlocked, type User } from './user.ts';

const dayMs = 24 * 3_600_000;

/** What one step writes: facts of the attempt and facts of the person. */
export type Step = {
  readonly attempt: readonly DomainEvent[];
  readonly user: readonly DomainEvent[];
};

export const nothing: Step = { attempt: [], user: [] };

export type Context = {
  readonly userId: string | undefined;
  readonly user: User;
  readonly settings: Settings;
  readonly nowMs: number;
};

const terminalType = {
  approved: 'AuthenticationApproved',
  skipped: 'AuthenticationSkipped',
  denied: 'AuthenticationDenied',
  expired: 'AuthenticationExpired',
  failed: 'AuthenticationFailed',
  cancelled: 'AuthenticationCancelled',
} as const;

/** The terminal event of a result code. */
export const endedBy = (code: ResultCode, userId: string | undefined): DomainEvent => ({
  type: terminalType[resultCodes[code]],
  data: { code, ...(userId === undefined ? {} : { userId }) },
});

/** Ends an attempt and closes its challenge on the person. */
export const endAttempt = (
  requestId: string,
  attempt: Attempt,
  code: ResultCode,
  nowMs: number,
): Step => {
  if (attempt.status === 'none' || attempt.status === 'ended') return nothing;
  const wasChallenge = attempt.status === 'awaiting-user' || attempt.status === 'awaiting-code';
  return {
    ...nothing,
    attempt: [endedBy(code, attempt.userId)],
    user: wasChallenge
      ? [{ type: 'UserChallengeClosed', data: { requestId, code, at: toIso(nowMs) } }]
      : [],
  };
};

export type DeviceAnswered = Omit<EventData['AuthenticationDeviceAnswered'], 'form' | 'answer'> & {
  readonly answer: DeviceAnswer;
  /** Id of the block that a fraud report makes, so that a repeated step makes the same one. */
  readonly blockId: string;
};

/** A device's answer, which decides the attempt. Fraud blocks in the same step where it is so set. */
export const answerAttempt = (
  requestId: string,
  attempt: Attempt,
  context: Context,
  answered: DeviceAnswered,
): Step => {
  if (attempt.status !== 'awaiting-user' || isLate(attempt, context)) return nothing;
  const { blockId, ...facts } = answered;
  const answer = facts.answer === 'fraud' && !attempt.fraudAllowed ? 'deny' : facts.answer;
  const code = codeOf(answer, context);
  const ending = endAttempt(requestId, attempt, code, context.nowMs);
  const attemptEvents: readonly DomainEvent[] = [
    { type: 'AuthenticationDeviceAnswered', data: { ...facts, answer, form: 'plain' } },
    ...ending.attempt,
  ];
  const blockedBefore = context.user.status === 'present' && isBlocked(context.user, context.nowMs);
  if (answer !== 'fraud' || !attempt.fraudBlock || blockedBefore)
    return { attempt: attemptEvents, user: ending.user };
  const until = toIso(context.nowMs + context.settings.blockDays * dayMs);
  const blocked: DomainEvent = {
    type: 'UserBlocked',
    data: { blockId, reason: 'Fraud reported', until, flag: 'fraud', fraudReportId: requestId },
  };
  return { attempt: attemptEvents, user: [...ending.user, blocked] };
};

const codeOf = (answer: DeviceAnswer, context: Context): ResultCode => {
  if (answer === 'deny') return 'USER_DENIED';
  if (answer === 'fraud') return 'FRAUD_REPORTED';
  return shutOut(context) ?? 'APPROVED';
};

/** A person who was blocked or disabled after the challenge went out is not let in by it. */
export const shutOut = ({ user, nowMs }: Context): 'USER_DISABLED' | 'USER_BLOCKED' | undefined => {
  if (user.status !== 'present' || !user.enabled) return 'USER_DISABLED';
  return isBlocked(user, nowMs) ? 'USER_BLOCKED' : undefined;
};

/** The deadline stands even where nobody was there to end the attempt: what comes after it counts no more. */
export const isLate = (attempt: { readonly expiresAt: string }, { nowMs }: Context): boolean =>
  toMs(attempt.expiresAt) <= nowMs;
