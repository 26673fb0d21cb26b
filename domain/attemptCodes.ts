import type { Attempt } from './attempt.ts';
import { endAttempt, isLate, nothing, shutOut, type Context, type Step } from './attemptEnding.ts';
import type { DomainEvent } from './events.ts';
import type { CodeFault, CodeSource } from './events/attempts.ts';
import type { Occasion } from './exemptions.ts';
import { mayGuess } from './guessBudget.ts';
import { toIso } from './instants.ts';
import { decideOtp } from './otpWindow.ts';
import type { OathSource } from './user.ts';

/** Whether the PIN behind a code was right; `none` where no PIN is wanted. */
export type PinFound = 'none' | 'right' | 'wrong';

/** A code that was compared with everything the person has: what it fits. */
export type CodeMatch =
  | {
      readonly kind: 'oath';
      readonly source: OathSource;
      readonly step: number;
      readonly serverStep: number;
      readonly pin: PinFound;
    }
  | { readonly kind: 'sms'; readonly pin: PinFound }
  | { readonly kind: 'recovery'; readonly codeHash: string; readonly used: boolean }
  | { readonly kind: 'pass'; readonly passId: string }
  | undefined;

/** Whether the person's guess budget lets one more code be evaluated now (SEC-31). */
export const matchable = ({ user, settings, nowMs }: Context): boolean =>
  user.status === 'present' && mayGuess(user.guesses, nowMs, settings.guessesPerFiveMinutes);

export type Judged = {
  readonly code: 'APPROVED' | CodeFault;
  readonly events: readonly DomainEvent[];
  readonly tokenId?: string;
  readonly source?: CodeSource;
};

/** What a code that fits changes on the person, or that it was used before. */
const spend = (
  requestId: string,
  match: Exclude<CodeMatch, undefined>,
  at: string,
  occasion: Occasion | undefined,
): DomainEvent | 'used' | 'nothing' => {
  switch (match.kind) {
    case 'oath': {
      const { source, step: matched, serverStep } = match;
      const decision = decideOtp({
        matched,
        serverStep,
        drift: source.drift,
        lastStep: source.lastStep,
      });
      if (decision.kind !== 'accept') return 'used';
      const { step, drift } = decision;
      const around =
        occasion === undefined
          ? {}
          : {
              channel: occasion.channel,
              application: occasion.application,
              ...(occasion.ipKey === undefined ? {} : { ipKey: occasion.ipKey }),
            };
      return {
        type: 'UserCodeAccepted',
        data: { requestId, tokenId: source.tokenId, step, drift, at, ...around },
      };
    }
    case 'recovery': {
      const { codeHash, used } = match;
      return used ? 'used' : { type: 'RecoveryCodeUsed', data: { requestId, codeHash, at } };
    }
    case 'pass':
      return { type: 'AccessPassUsed', data: { requestId, passId: match.passId, at } };
    case 'sms':
      return 'nothing';
  }
};

/** What a compared code says, in events of the person. */
export const judge = (
  requestId: string,
  match: CodeMatch,
  { nowMs }: Context,
  occasion?: Occasion,
): Judged => {
  const at = toIso(nowMs);
  const refused = (reason: CodeFault, found?: CodeMatch): Judged => ({
    code: reason,
    ...sourceOf(found),
    events: [{ type: 'UserCodeRefused', data: { requestId, reason, at } }],
  });
  if (match === undefined) return refused('WRONG_CODE');
  if ('pin' in match && match.pin === 'wrong') return refused('WRONG_PIN', match);
  const spent = spend(requestId, match, at, occasion);
  if (spent === 'used') return refused('CODE_REUSED', match);
  return {
    code: 'APPROVED',
    ...sourceOf(match),
    events: spent === 'nothing' ? [] : [spent],
  };
};

const sourceOf = (match: CodeMatch): Pick<Judged, 'tokenId' | 'source'> => {
  if (match === undefined) return {};
  return match.kind === 'oath' ? { tokenId: match.source.tokenId } : { source: match.kind };
};

export const submitted = (
  code: Judged['code'],
  tokenId: string | undefined,
  triesLeft: number,
  source?: CodeSource,
): DomainEvent => ({
  type: 'AuthenticationCodeSubmitted',
  data: {
    accepted: code === 'APPROVED',
    ...(code === 'APPROVED' ? {} : { reason: code }),
    ...(tokenId === undefined ? {} : { tokenId }),
    triesLeft,
    ...(source === undefined ? {} : { source }),
  },
});

/** Whether the attempt waits for something that a code answers: typed into the login, or sent back by text. */
export const waitsForCode = (attempt: Attempt): boolean =>
  attempt.status === 'awaiting-code' ||
  (attempt.status === 'awaiting-user' && attempt.method === 'sms');

/** A code handed in for an open attempt: right ends it, wrong costs a try, the last wrong one denies. */
export const submitCode = (
  requestId: string,
  attempt: Attempt,
  context: Context,
  match: CodeMatch,
): Step => {
  if (attempt.status !== 'awaiting-code' && attempt.status !== 'awaiting-user') return nothing;
  if (!waitsForCode(attempt) || isLate(attempt, context)) return nothing;
  const refusal = shutOut(context);
  if (refusal) return endAttempt(requestId, attempt, refusal, context);
  const { code, events, tokenId, source } = judge(requestId, match, context);
  const before = attempt.triesLeft ?? context.settings.codeTries;
  const triesLeft = code === 'APPROVED' ? before : before - 1;
  const facts = [submitted(code, tokenId, triesLeft, source)];
  if (code !== 'APPROVED' && triesLeft > 0) return { attempt: facts, user: events };
  const final =
    code === 'APPROVED' ? 'APPROVED' : code === 'WRONG_PIN' ? 'WRONG_PIN' : 'CODE_RETRY_LIMIT';
  const ending = endAttempt(requestId, attempt, final, context);
  return { attempt: [...facts, ...ending.attempt], user: [...events, ...ending.user] };
};
