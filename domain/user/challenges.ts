import type { DomainEvent, EventData } from '../events.ts';
import { afterGuess, fullBudget, toldFromFailures, type GuessBudget } from '../guessBudget.ts';
import { toMs } from '../instants.ts';
import type { Channel, Method } from '../methods.ts';
import { letsIn, outcomeOf, type ResultCode } from '../results.ts';

export type OpenChallenge = {
  readonly requestId: string;
  readonly originKey: string;
  readonly method: Method;
  readonly expiresAt: string;
  readonly at: string;
  readonly context: ApprovalContext;
};

/** A challenge that ended a short time ago: equal requests may still be answered from it. */
export type ClosedChallenge = Omit<OpenChallenge, 'at'> & {
  readonly code: ResultCode;
  readonly at: string;
};

/** What an approval was for; a cache rule compares it with the next login. */
export type ApprovalContext = {
  readonly channel: Channel | undefined;
  readonly application: string | undefined;
  /** Keyed hash of the initiating address. */
  readonly ipKey: string | undefined;
};

/** An approval that a cache rule may let the next login in by. */
export type Remembered = ApprovalContext & { readonly atMs: number };

export type Challenges = {
  readonly open: readonly OpenChallenge[];
  readonly closed: readonly ClosedChallenge[];
  /** Instants (ms) of pushes, calls and texts that were denied or not answered since the last success. */
  readonly pushRefusedAtMs: readonly number[];
  /** The last push was denied: the next one needs the number (SEC-38). */
  readonly pushDenied: boolean;
  /** The attempt that was approved last after so many were refused that somebody may have been worn out (SEC-38). */
  readonly wornOutIn: string | undefined;
  readonly remembered: readonly Remembered[];
  readonly guesses: GuessBudget;
  /** The attempt whose wrong code was the last to make so many in a row that the person is told (SEC-31). */
  readonly guessedIn: string | undefined;
};

export const noChallenges: Challenges = {
  open: [],
  closed: [],
  pushRefusedAtMs: [],
  pushDenied: false,
  wornOutIn: undefined,
  remembered: [],
  guesses: fullBudget,
  guessedIn: undefined,
};

/** The one push that tries a new device. Nobody logs in with it, so it stands in no login's way. */
export const activationOrigin = (requestId: string): string => `activation-${requestId}`;
export const isActivationTest = ({ originKey }: Pick<OpenChallenge, 'originKey'>): boolean =>
  originKey.startsWith('activation-');

const keptClosed = 8;
/** An approval after as many refusals within this time is told of. */
const wornOutAfter = 5;
const wornOutWithinMs = 30 * 60_000;
const keptRefusals = 100;
const keptRemembered = 20;

const contextOf = (data: Partial<EventData['UserChallengeOpened']>): ApprovalContext => ({
  channel: data.channel,
  application: data.application,
  ipKey: data.ipKey,
});

const remember = (
  { remembered }: Challenges,
  context: ApprovalContext,
  at: string,
): readonly Remembered[] => [...remembered, { ...context, atMs: toMs(at) }].slice(-keptRemembered);

/** Where the others did not approve, the person had said yes: that is no sign that somebody wears them out. */
const byOthers: ReadonlySet<ResultCode> = new Set(['APPROVAL_REJECTED', 'APPROVAL_EXPIRED']);

const close = <U extends Challenges>(user: U, data: EventData['UserChallengeClosed']): U => {
  const { requestId, code, at } = data;
  const closing = user.open.find((challenge) => challenge.requestId === requestId);
  // Whatever prompts a person can wear them out: a call and a text no less than a push.
  const prompted = closing !== undefined && closing.method !== 'oath' && !isActivationTest(closing);
  const { state } = outcomeOf(code);
  const success = letsIn(outcomeOf(code));
  const since = toMs(at) - wornOutWithinMs;
  const wornOut =
    success && prompted && user.pushRefusedAtMs.filter((ms) => ms > since).length >= wornOutAfter;
  return {
    ...user,
    open: user.open.filter((challenge) => challenge.requestId !== requestId),
    closed: closing ? [...user.closed, { ...closing, code, at }].slice(-keptClosed) : user.closed,
    pushRefusedAtMs: success
      ? []
      : prompted && state !== 'failed' && code !== 'WRONG_PIN' && !byOthers.has(code)
        ? [...user.pushRefusedAtMs, toMs(at)].slice(-keptRefusals)
        : user.pushRefusedAtMs,
    wornOutIn: wornOut ? requestId : user.wornOutIn,
    pushDenied: success ? false : user.pushDenied || (prompted && code === 'USER_DENIED'),
    // A cached answer never follows a denial (spec/10 'Must hold' 8).
    remembered:
      closing === undefined || isActivationTest(closing)
        ? user.remembered
        : code === 'APPROVED'
          ? remember(user, closing.context, at)
          : outcomeOf(code).state === 'denied'
            ? []
            : user.remembered,
  };
};

export const evolveChallenges = <U extends Challenges>(user: U, event: DomainEvent): U => {
  switch (event.type) {
    case 'UserChallengeOpened': {
      const { requestId, originKey, method, expiresAt, at } = event.data;
      const context = contextOf(event.data);
      const opened: OpenChallenge = {
        requestId,
        originKey,
        method,
        expiresAt,
        at,
        context,
      };
      return { ...user, open: [...user.open, opened] };
    }
    case 'UserChallengeClosed':
      return close(user, event.data);
    case 'UserCodeAccepted': {
      const { at } = event.data;
      return {
        ...user,
        guesses: afterGuess(user.guesses, { result: 'right', atMs: toMs(at) }),
        pushRefusedAtMs: [],
        pushDenied: false,
        remembered:
          event.data.channel === undefined
            ? user.remembered
            : remember(user, contextOf(event.data), at),
      };
    }
    case 'UserCodeRefused': {
      const result = event.data.reason === 'CODE_REUSED' ? 'reused' : 'wrong';
      const guesses = afterGuess(user.guesses, { result, atMs: toMs(event.data.at) });
      const tell = result === 'wrong' && guesses.failures === toldFromFailures;
      return {
        ...user,
        guesses,
        guessedIn: tell ? event.data.requestId : user.guessedIn,
        remembered: [],
      };
    }
    case 'UserUnlocked':
      return { ...user, guesses: fullBudget };
    case 'CacheCleared':
    case 'UserBlocked':
    case 'UserDisabled':
    case 'UserMethodChanged':
    case 'UserPhoneChanged':
    case 'UserPinChanged':
    case 'UserRegistrationReset':
    case 'DeviceRemoved':
    case 'DeviceConfirmed':
    case 'TokenDisabled':
      return user.remembered.length === 0 ? user : { ...user, remembered: [] };
    default:
      return user;
  }
};
