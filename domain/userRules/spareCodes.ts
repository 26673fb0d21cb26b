import { assertNever } from '../errors.ts';
import type { DomainEvent, EventData } from '../events.ts';
import { toIso } from '../instants.ts';
import type { Sealed } from '../sealed.ts';
import type { PresentUser } from '../user.ts';
import { openPass } from '../user/spareCodes.ts';
import { reject, step, type RuleContext, type UserStep } from './rule.ts';

/** What a person falls back on; codes arrive as their SHA-256, answers hashed and sealed. */
export type SpareCodeCommand =
  | { readonly type: 'issueRecoveryCodes'; readonly codeHashes: readonly string[] }
  | {
      readonly type: 'issuePass';
      readonly passId: string;
      readonly codeHash: string;
      readonly once: boolean;
      readonly minutes: number;
      readonly reason: string;
    }
  | { readonly type: 'revokePass' }
  | {
      readonly type: 'setQuestions';
      readonly questions: readonly string[];
      readonly answers: Sealed;
    }
  | { readonly type: 'resetQuestions' };

export const recoveryCodeCount = 10;
export const questionCount = 4;
/** Lifetime of an access pass (spec/10 'Temporary access pass'). */
export const passMinutes = { min: 10, default: 60, max: 480 } as const;
const minuteMs = 60_000;

/** @throws {Rejected} invalid, notFound */
export const decideSpareCode = (
  command: SpareCodeCommand,
  user: PresentUser,
  { nowMs }: RuleContext,
): UserStep => {
  switch (command.type) {
    case 'issueRecoveryCodes': {
      const { codeHashes } = command;
      if (new Set(codeHashes).size !== recoveryCodeCount)
        return reject('invalid', `there are ${recoveryCodeCount} recovery codes`);
      return step({ user: [{ type: 'RecoveryCodesIssued', data: { codeHashes } }] });
    }
    case 'issuePass':
      return step({ user: issued(command, user, nowMs) });
    case 'revokePass': {
      const pass = openPass(user, nowMs);
      if (!pass) return reject('notFound', 'there is no temporary access pass');
      return step({ user: [ended(pass.passId, 'revoked')] });
    }
    case 'setQuestions': {
      const { questions, answers } = command;
      if (questions.length !== questionCount)
        return reject('invalid', `there are ${questionCount} security questions`);
      return step({ user: [{ type: 'QuestionsSet', data: { questions, answers } }] });
    }
    case 'resetQuestions':
      if (user.questions.length === 0) return step({});
      return step({ user: [{ type: 'QuestionsReset', data: {} }] });
    default:
      return assertNever(command);
  }
};

/** A new pass ends the one before: a person has one at a time. */
const issued = (
  { passId, codeHash, once, minutes, reason }: Extract<SpareCodeCommand, { type: 'issuePass' }>,
  user: PresentUser,
  nowMs: number,
): readonly DomainEvent[] => {
  if (!(minutes >= passMinutes.min && minutes <= passMinutes.max))
    return reject('invalid', `a pass lives for ${passMinutes.min} to ${passMinutes.max} minutes`);
  const until = toIso(nowMs + minutes * minuteMs);
  const before = openPass(user, nowMs);
  return [
    ...(before ? [ended(before.passId, 'replaced')] : []),
    { type: 'AccessPassIssued', data: { passId, codeHash, once, until, reason } },
  ];
};

const ended = (passId: string, how: EventData['AccessPassEnded']['ended']): DomainEvent => ({
  type: 'AccessPassEnded',
  data: { passId, ended: how },
});
