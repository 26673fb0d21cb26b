import { isOpen, type Attempt, type OpenAttemptState } from './attempt.ts';
import type { DomainEvent, EventData } from './events.ts';
import { toIso, toMs } from './instants.ts';
import type { ItemLists } from './items.ts';
import { loginPolicyOf } from './items/rules.ts';
import { pinDenied } from './lockout.ts';
import type { Method } from './methods.ts';
import { letsIn, outcomeOf, resultCodes, type ResultCode } from './results.ts';
import type { Settings } from './settings.ts';
import { isBlocked, isLocked, type User } from './user.ts';

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
  /** Rules, policies and providers. */
  readonly items: ItemLists;
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

/** Denials that count for the lockout where a PIN was part of the attempt (spec/10 'Result codes'). */
const countForLockout: ReadonlySet<ResultCode> = new Set([
  'WRONG_PIN',
  'WRONG_CODE',
  'CODE_RETRY_LIMIT',
]);

/** Ends an attempt and closes its challenge on the person. */
export const endAttempt = (
  requestId: string,
  attempt: Attempt,
  code: ResultCode,
  context: Context,
): Step => {
  if (attempt.status === 'none' || attempt.status === 'ended') return nothing;
  const { user, settings, nowMs } = context;
  const closed: DomainEvent = {
    type: 'UserChallengeClosed',
    data: { requestId, code, at: toIso(nowMs) },
  };
  const end = endedBy(code, attempt.userId);
  if (attempt.status === 'awaiting-approval') return { attempt: [end], user: [closed] };
  if (!isOpen(attempt)) return { ...nothing, attempt: [end] };
  const awaited = approvalAwaited(requestId, attempt, code, context);
  if (awaited) return { ...nothing, attempt: [awaited] };
  const locks = attempt.mode === 'pin' && countForLockout.has(code);
  return {
    attempt: [end],
    user: [closed, ...(locks ? pinDenied(requestId, user, settings, nowMs) : [])],
  };
};

/** Where the application's policy wants other people to approve as well, a success waits for them (spec/90). */
export const approvalAwaited = (
  requestId: string,
  login: { readonly application: string; readonly method?: Method },
  code: ResultCode,
  { user, items, settings, nowMs }: Context,
): DomainEvent | undefined => {
  const policy = loginPolicyOf(items.loginPolicy, login.application)?.approvalPolicy;
  if (policy === undefined || user.status !== 'present' || !letsIn(outcomeOf(code)))
    return undefined;
  return {
    type: 'AuthenticationApprovalAwaited',
    data: {
      approvalId: requestId,
      policyId: policy,
      expiresAt: toIso(nowMs + settings.loginApprovalSeconds * 1000),
      method: login.method ?? 'oath',
      code,
    },
  };
};

export type DeviceAnswered = Omit<EventData['AuthenticationDeviceAnswered'], 'answer'> & {
  readonly answer: EventData['AuthenticationDeviceAnswered']['answer'];
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
  const recorded: DomainEvent = {
    type: 'AuthenticationDeviceAnswered',
    data: { ...facts, answer },
  };
  if (answer === 'fraud') {
    const step = reportFraud(requestId, attempt, context, blockId);
    return { ...step, attempt: [recorded, ...step.attempt] };
  }
  const code = answer === 'deny' ? 'USER_DENIED' : (shutOut(context) ?? 'APPROVED');
  const ending = endAttempt(requestId, attempt, code, context);
  return { ...ending, attempt: [recorded, ...ending.attempt] };
};

/** A person says that this login is not theirs: the attempt ends, and they are blocked where it is so set. */
export const reportFraud = (
  requestId: string,
  attempt: OpenAttemptState,
  context: Context,
  blockId: string,
): Step => {
  const ending = endAttempt(requestId, attempt, 'FRAUD_REPORTED', context);
  const { user, settings, nowMs } = context;
  const blockedBefore = user.status === 'present' && isBlocked(user, nowMs);
  if (!attempt.fraudBlock || blockedBefore) return ending;
  const until = toIso(nowMs + settings.blockDays * dayMs);
  const blocked: DomainEvent = {
    type: 'UserBlocked',
    data: { blockId, reason: 'Fraud reported', until, flag: 'fraud', fraudReportId: requestId },
  };
  return { ...ending, user: [...ending.user, blocked] };
};

/** A person who was blocked, locked out or disabled after the challenge went out is not let in by it. */
export const shutOut = ({
  user,
  nowMs,
}: Context): 'USER_DISABLED' | 'USER_BLOCKED' | 'USER_LOCKED' | undefined => {
  if (user.status !== 'present' || !user.enabled) return 'USER_DISABLED';
  if (isBlocked(user, nowMs)) return 'USER_BLOCKED';
  return isLocked(user, nowMs) ? 'USER_LOCKED' : undefined;
};

/** The deadline stands even where nobody was there to end the attempt: what comes after it counts no more. */
export const isLate = (attempt: { readonly expiresAt: string }, { nowMs }: Context): boolean =>
  toMs(attempt.expiresAt) <= nowMs;
