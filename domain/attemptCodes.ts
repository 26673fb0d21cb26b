import type { Attempt } from './attempt.ts';
import { endAttempt, isLate, nothing, shutOut, type Context, type Step } from './attemptEnding.ts';
import type { DomainEvent } from './events.ts';
import { mayGuess } from './guessBudget.ts';
import { toIso } from './instants.ts';
import { decideOtp } from './otpWindow.ts';
import type { OathSource } from './user.ts';

/** A code that was compared with everything the person has: which source it fits, and at which step. */
export type CodeMatch =
  | {
      readonly source: OathSource;
      readonly step: number;
      readonly serverStep: number;
    }
  | undefined;

/** Whether the person's guess budget lets one more code be evaluated now (SEC-31). */
export const matchable = ({ user, settings, nowMs }: Context): boolean =>
  user.status === 'present' && mayGuess(user.guesses, nowMs, settings.guessesPerFiveMinutes);

/** What a compared code says, in events of the person. */
export const judge = (
  requestId: string,
  match: CodeMatch,
  nowMs: number,
): { code: 'APPROVED' | 'WRONG_CODE' | 'CODE_REUSED'; event: DomainEvent; tokenId?: string } => {
  const at = toIso(nowMs);
  const decision = match
    ? decideOtp({
        matched: match.step,
        serverStep: match.serverStep,
        drift: match.source.drift,
        lastStep: match.source.lastStep,
      })
    : ({ kind: 'wrong' } as const);
  if (decision.kind === 'accept') {
    const { tokenId } = match!.source;
    const { step, drift } = decision;
    return {
      code: 'APPROVED',
      tokenId,
      event: { type: 'UserCodeAccepted', data: { requestId, tokenId, step, drift, at } },
    };
  }
  const reason = decision.kind === 'reused' ? 'CODE_REUSED' : 'WRONG_CODE';
  return {
    code: reason,
    ...(match ? { tokenId: match.source.tokenId } : {}),
    event: { type: 'UserCodeRefused', data: { requestId, reason, at } },
  };
};

export const submitted = (
  code: 'APPROVED' | 'WRONG_CODE' | 'CODE_REUSED',
  tokenId: string | undefined,
  triesLeft: number,
): DomainEvent => ({
  type: 'AuthenticationCodeSubmitted',
  data: {
    accepted: code === 'APPROVED',
    ...(code === 'APPROVED' ? {} : { reason: code }),
    ...(tokenId === undefined ? {} : { tokenId }),
    triesLeft,
  },
});

/** A code handed in for an open attempt: right ends it, wrong costs a try, the last wrong one denies. */
export const submitCode = (
  requestId: string,
  attempt: Attempt,
  context: Context,
  match: CodeMatch,
): Step => {
  if (attempt.status !== 'awaiting-code' || isLate(attempt, context)) return nothing;
  const refusal = shutOut(context);
  if (refusal) return endAttempt(requestId, attempt, refusal, context.nowMs);
  const { code, event, tokenId } = judge(requestId, match, context.nowMs);
  const before = attempt.triesLeft ?? context.settings.codeTries;
  const triesLeft = code === 'APPROVED' ? before : before - 1;
  const facts = [submitted(code, tokenId, triesLeft)];
  if (code !== 'APPROVED' && triesLeft > 0) return { ...nothing, attempt: facts, user: [event] };
  const final = code === 'APPROVED' ? 'APPROVED' : 'CODE_RETRY_LIMIT';
  const ending = endAttempt(requestId, attempt, final, context.nowMs);
  return {
    ...nothing,
    attempt: [...facts, ...ending.attempt],
    user: [event, ...ending.user],
  };
};
