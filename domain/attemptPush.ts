import type { Attempt, OpenAttemptState } from './attempt.ts';
import { matchable } from './attemptCodes.ts';
import {
  answerAttempt,
  endAttempt,
  isLate,
  nothing,
  shutOut,
  type Context,
  type DeviceAnswered,
  type Step,
} from './attemptEnding.ts';
import type { DomainEvent } from './events.ts';
import type { AnswerForm, CodeFault } from './events/attempts.ts';
import { toIso } from './instants.ts';
import { mustChangePin, type PinFault } from './pinRules.ts';
import type { Sealed } from './sealed.ts';

/** What an answer brought along, after the arithmetic on secrets. */
export type Proof = 'missing' | 'right' | 'wrong';

export type PushAnswered = Omit<DeviceAnswered, 'form'> & {
  readonly pin: Proof;
  readonly number: Proof;
  /** False where the PIN is only to be checked; that never approves. */
  readonly authenticate: boolean;
};

/** What the device is told (contracts/mobile-app.md 7.1, 7.4). */
export type PushResult =
  | 'recorded'
  | 'answered'
  | 'pinNeeded'
  | 'throttled'
  | 'pinWrong'
  | 'pinExhausted'
  | 'pinChange'
  | 'pinRight'
  | 'numberWrong';

/** `notOpen` where the device may not answer this request at all. */
export type Answered = PushResult | 'notOpen' | 'changed' | 'notAllowed' | PinFault;

export type PushStep = {
  readonly step: Step;
  readonly result: PushResult;
  readonly triesLeft: number;
};

const formOf = (pin: boolean, number: boolean): AnswerForm =>
  pin ? (number ? 'pinAndNumber' : 'pin') : number ? 'number' : 'plain';

/** An answer to a push, with the PIN and the number where the request wants them. */
export const answerPush = (
  requestId: string,
  attempt: Attempt,
  context: Context,
  answered: PushAnswered,
): PushStep => {
  if (attempt.status !== 'awaiting-user' || isLate(attempt, context))
    return { step: nothing, result: 'answered', triesLeft: 0 };
  const { pin, number, authenticate, ...facts } = answered;
  const needsPin = attempt.mode === 'pin';
  const needsNumber = attempt.numberMatch !== undefined;
  const recorded = (form: AnswerForm): PushStep => ({
    step: answerAttempt(requestId, attempt, context, { ...facts, form }),
    result: 'recorded',
    triesLeft: attempt.pinTriesLeft,
  });
  if (answered.answer !== 'approve') return recorded('plain');
  const refused = (what: 'pin' | 'number' | 'missing', code: CodeFault): PushStep =>
    refuse(requestId, attempt, context, { deviceId: answered.deviceId, what, code });
  if ((needsPin && pin === 'missing') || (needsNumber && authenticate && number === 'missing'))
    return refused('missing', needsPin ? 'WRONG_PIN' : 'WRONG_CODE');
  if ((needsPin || needsNumber) && !matchable(context))
    return { step: nothing, result: 'throttled', triesLeft: attempt.pinTriesLeft };
  if (needsNumber && number === 'wrong') return refused('number', 'WRONG_CODE');
  if (needsPin && pin === 'wrong') return refused('pin', 'WRONG_PIN');
  if (needsPin && pinMustChange(context))
    return { step: nothing, result: 'pinChange', triesLeft: attempt.pinTriesLeft };
  if (!authenticate) return { step: nothing, result: 'pinRight', triesLeft: attempt.pinTriesLeft };
  return recorded(formOf(needsPin, needsNumber));
};

export const pinMustChange = ({ user, settings, nowMs }: Context): boolean =>
  user.status === 'present' && mustChangePin(user, settings, nowMs);

type Refusal = {
  readonly deviceId: string;
  readonly what: 'pin' | 'number' | 'missing';
  readonly code: CodeFault;
};

/** A wrong number denies at once (SEC-37); a wrong PIN costs a try, and so does an approval without what is wanted. */
const refuse = (
  requestId: string,
  attempt: OpenAttemptState,
  context: Context,
  { deviceId, what, code }: Refusal,
): PushStep => {
  const triesLeft = what === 'number' ? 0 : Math.max(0, attempt.pinTriesLeft - 1);
  const refused: DomainEvent = {
    type: 'AuthenticationProofRefused',
    data: { deviceId, what, triesLeft },
  };
  const guessed: readonly DomainEvent[] =
    what === 'missing'
      ? []
      : [
          {
            type: 'UserCodeRefused',
            data: { requestId, reason: code, at: toIso(context.nowMs) },
          },
        ];
  if (triesLeft > 0)
    return {
      step: { attempt: [refused], user: guessed },
      result: what === 'pin' ? 'pinWrong' : 'pinNeeded',
      triesLeft,
    };
  const ending = endAttempt(requestId, attempt, code, context);
  return {
    step: { attempt: [refused, ...ending.attempt], user: [...guessed, ...ending.user] },
    result: what === 'number' ? 'numberWrong' : what === 'pin' ? 'pinExhausted' : 'pinNeeded',
    triesLeft: 0,
  };
};

export type PinChange = Omit<PushAnswered, 'answer' | 'number'> & {
  readonly fault: PinFault | undefined;
  readonly newPinHash: Sealed;
};

/** A PIN changed in the app, which needs an open request of the device (contracts/mobile-app.md 7.5). */
export const changePin = (
  requestId: string,
  attempt: Attempt,
  context: Context,
  change: PinChange,
): { step: Step; result: PushResult | 'changed' | 'notAllowed' | PinFault; triesLeft: number } => {
  const { fault, newPinHash, ...answered } = change;
  const checked = answerPush(requestId, attempt, context, {
    ...answered,
    answer: 'approve',
    number: 'missing',
    authenticate: false,
  });
  if (checked.result !== 'pinRight' && checked.result !== 'pinChange') return checked;
  const still = { step: nothing, triesLeft: checked.triesLeft };
  // A push that wants no PIN has not checked the one that is to be replaced.
  const wasChecked = attempt.status === 'awaiting-user' && attempt.mode === 'pin';
  const allowed = wasChecked && (context.settings.userCanChangePin || pinMustChange(context));
  if (!allowed) return { ...still, result: 'notAllowed' };
  if (fault !== undefined) return { ...still, result: fault };
  const changed: DomainEvent = {
    type: 'UserPinChanged',
    data: { pinHash: newPinHash, changeRequired: false, by: 'user', at: toIso(context.nowMs) },
  };
  // A number is not shown in this message: whoever must give one approves with the next.
  const approves =
    change.authenticate &&
    attempt.status === 'awaiting-user' &&
    attempt.numberMatch === undefined &&
    shutOut(context) === undefined;
  if (!approves) return { ...still, step: { attempt: [], user: [changed] }, result: 'changed' };
  const { pin: _pin, authenticate: _authenticate, ...facts } = answered;
  const approval = answerAttempt(requestId, attempt, context, {
    ...facts,
    answer: 'approve',
    form: 'pin',
  });
  return {
    step: { attempt: approval.attempt, user: [changed, ...approval.user] },
    result: 'changed',
    triesLeft: checked.triesLeft,
  };
};
