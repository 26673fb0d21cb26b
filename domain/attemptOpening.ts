import { judge, submitted, type CodeMatch } from './attemptCodes.ts';
import { endedBy, nothing, type Context, type Step } from './attemptEnding.ts';
import type { ChallengedDevice, DomainEvent, EventData } from './events.ts';
import { mayGuess } from './guessBudget.ts';
import { toIso, toMs } from './instants.ts';
import type { Method } from './methods.ts';
import { evaluate, type Situation, type Verdict } from './policy.ts';
import { letsIn, outcomeOf } from './results.ts';
import type { Settings } from './settings.ts';
import {
  activeDevices,
  isActivationTest,
  isBlocked,
  usableOathSources,
  type PresentUser,
} from './user.ts';

export type AttemptRequest = {
  readonly requestId: string;
  readonly data: Omit<EventData['AuthenticationRequested'], 'userId'>;
  /** How the person is to be asked, where the caller chose. */
  readonly method: Method | undefined;
  readonly hasCode: boolean;
  readonly expiresInSeconds: number | undefined;
  /** True where its caller has given up already. */
  readonly tooLate: boolean;
};

const hourMs = 3_600_000;
/** Attempts of one person that may wait for a code at one time. */
const maxOpenChallenges = 10;
/** A challenge whose end was never recorded stops counting this long after its deadline. */
const challengeSlackMs = 10_000;

const stillOpen = (user: PresentUser, nowMs: number) =>
  user.open.filter((challenge) => toMs(challenge.expiresAt) + challengeSlackMs > nowMs);

/** The open attempt of the same origin, or one approved a moment ago (spec/10 'Duplicates'). */
const equalAttempt = (user: PresentUser, originKey: string, nowMs: number, graceMs: number) =>
  stillOpen(user, nowMs).find((challenge) => challenge.originKey === originKey)?.requestId ??
  user.closed.findLast(
    (challenge) =>
      challenge.originKey === originKey &&
      letsIn(outcomeOf(challenge.code)) &&
      toMs(challenge.at) + graceMs > nowMs,
  )?.requestId;

/**
 * Protocols that repeat a request by themselves are answered from an approval of a moment ago; a REST caller that
 * means the same request says so by its Idempotency-Key.
 */
const graceMs = ({ data }: AttemptRequest, settings: Settings): number =>
  data.channel === 'rest' || data.channel === 'cli' ? 0 : settings.duplicateGraceSeconds * 1000;

const pushLimited = (user: PresentUser, settings: Settings, nowMs: number): boolean =>
  user.pushRefusedAtMs.filter((at) => at > nowMs - hourMs).length >= settings.pushLimitPerHour;

/** What the person can be asked for; what they are set to comes first, then whatever else they have. */
const usableMethod = (
  user: PresentUser,
  request: AttemptRequest,
  limited: boolean,
): Method | undefined => {
  const oath = usableOathSources(user).length > 0;
  if (request.hasCode) return oath ? 'oath' : undefined;
  const app = activeDevices(user).length > 0;
  if (request.method !== undefined)
    return (request.method === 'app' && app) || (request.method === 'oath' && oath)
      ? request.method
      : undefined;
  if (limited && oath) return 'oath';
  if (user.method === 'oath' && oath) return 'oath';
  if (app) return 'app';
  return oath ? 'oath' : undefined;
};

const throttled = (
  user: PresentUser,
  method: Method | undefined,
  request: AttemptRequest,
  { settings, nowMs }: Context,
): boolean => {
  if (request.hasCode) return !mayGuess(user.guesses, nowMs, settings.guessesPerFiveMinutes);
  if (method !== 'app') return stillOpen(user, nowMs).length >= maxOpenChallenges;
  const otherPushOpen = stillOpen(user, nowMs).some(
    (challenge) => challenge.method === 'app' && !isActivationTest(challenge),
  );
  return otherPushOpen || pushLimited(user, settings, nowMs);
};

const situation = (request: AttemptRequest, context: Context): Situation => {
  const { user, settings, nowMs } = context;
  const present = user.status === 'present' ? user : undefined;
  const method = present && usableMethod(present, request, pushLimited(present, settings, nowMs));
  return {
    callerAllowed: true,
    wellFormed: true,
    userFound: present !== undefined,
    requireUserMatch: request.data.requireUserMatch,
    enabled: present?.enabled ?? false,
    whenUserDisabled: settings.whenUserDisabled === 'succeed' ? 'succeed' : 'fail',
    blocked: present !== undefined && isBlocked(present, nowMs),
    locked: false,
    trustedIp: false,
    bypassed: false,
    cached: false,
    // A typed code decides by itself; it neither needs nor gives anybody else's answer.
    equalAttempt:
      present && !request.hasCode
        ? equalAttempt(present, request.data.originKey, nowMs, graceMs(request, settings))
        : undefined,
    usableMethod: method,
    throttled: present !== undefined && throttled(present, method, request, context),
  };
};

const requested = (request: AttemptRequest, { userId, user }: Context): DomainEvent => ({
  type: 'AuthenticationRequested',
  data: {
    ...request.data,
    ...(userId !== undefined && user.status === 'present' ? { userId } : {}),
  },
});

/** Runs the evaluation order. `needsCode` asks for the arithmetic, after which `openWithCode` decides. */
export const openAttempt = (
  request: AttemptRequest,
  context: Context,
  devices: (active: readonly string[]) => readonly ChallengedDevice[],
): Step | 'needsCode' => {
  if (request.tooLate)
    return { ...nothing, attempt: [requested(request, context), endedBy('INTERNAL', undefined)] };
  const verdict = evaluate(situation(request, context));
  const opening = [requested(request, context), ruleMatched(verdict)];
  const userId = context.user.status === 'present' ? context.userId : undefined;
  if (verdict.kind === 'end')
    return { ...nothing, attempt: [...opening, endedBy(verdict.outcome.code, userId)] };
  if (verdict.kind === 'join') return join(opening, verdict.leaderId, context);
  if (request.hasCode) return 'needsCode';
  return challenge(request, context, verdict.method, opening, devices);
};

const ruleMatched = (verdict: Verdict): DomainEvent => ({
  type: 'AuthenticationRuleMatched',
  data: { rule: verdict.rule },
});

const join = (opening: readonly DomainEvent[], leaderId: string, context: Context): Step => {
  const joined: DomainEvent = { type: 'AuthenticationJoined', data: { leaderId } };
  const ended =
    context.user.status === 'present'
      ? context.user.closed.find((closed) => closed.requestId === leaderId)
      : undefined;
  return {
    ...nothing,
    attempt: [...opening, joined, ...(ended ? [endedBy(ended.code, context.userId)] : [])],
  };
};

const challenge = (
  request: AttemptRequest,
  { user, settings, nowMs }: Context,
  method: Method,
  opening: readonly DomainEvent[],
  devices: (active: readonly string[]) => readonly ChallengedDevice[],
): Step => {
  const active = user.status === 'present' ? activeDevices(user).map((d) => d.deviceId) : [];
  const lifeSeconds =
    method === 'app' ? (request.expiresInSeconds ?? settings.requestSeconds) : settings.codeSeconds;
  const expiresAt = toIso(nowMs + lifeSeconds * 1000);
  return {
    ...nothing,
    attempt: [
      ...opening,
      {
        type: 'AuthenticationChallengeSent',
        data: {
          method,
          expiresAt,
          fraudAllowed: settings.fraudAllowed,
          fraudBlock: settings.fraudBlock,
          devices: method === 'app' ? devices(active) : [],
        },
      },
    ],
    user: [
      {
        type: 'UserChallengeOpened',
        data: {
          requestId: request.requestId,
          originKey: request.data.originKey,
          method,
          expiresAt,
          at: toIso(nowMs),
        },
      },
    ],
  };
};

/** A one-shot attempt: the code came with the request and decides it at once. */
export const openWithCode = (request: AttemptRequest, context: Context, match: CodeMatch): Step => {
  const { code, event, tokenId } = judge(request.requestId, match, context.nowMs);
  return {
    ...nothing,
    attempt: [
      requested(request, context),
      { type: 'AuthenticationRuleMatched', data: { rule: '13 code in the request' } },
      submitted(code, tokenId, 0),
      endedBy(code, context.userId),
    ],
    user: [event],
  };
};
