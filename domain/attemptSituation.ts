import type { AttemptRequest } from './attemptOpening.ts';
import type { Context } from './attemptEnding.ts';
import { traitsOf } from './channels.ts';
import { cacheHit, isTrusted, type Occasion } from './exemptions.ts';
import { mayGuess } from './guessBudget.ts';
import { toMs } from './instants.ts';
import { loginPolicyOf, type CacheRule } from './items/rules.ts';
import { chooseMethod, type Asking } from './methodChoice.ts';
import type { Situation } from './policy.ts';
import { letsIn, outcomeOf } from './results.ts';
import type { Settings } from './settings.ts';
import { isActivationTest, isBlocked, isLocked, type PresentUser } from './user.ts';
import { openBypass } from './user/bypass.ts';

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
 * means the same request says so by its Idempotency-Key, or by the key of the login.
 */
const graceMs = ({ data, hasLoginKey }: AttemptRequest, settings: Settings): number =>
  (data.channel === 'rest' || data.channel === 'cli') && !hasLoginKey
    ? 0
    : settings.duplicateGraceSeconds * 1000;

const pushLimited = (user: PresentUser, settings: Settings, nowMs: number): boolean =>
  user.pushRefusedAtMs.filter((at) => at > nowMs - hourMs).length >= settings.pushLimitPerHour;

/** Whether one more attempt to ask this person would be one too many (spec/10 'Beyond': one prompt at a time). */
const throttled = (
  user: PresentUser,
  asking: Asking | undefined,
  request: AttemptRequest,
  { settings, nowMs }: Context,
): boolean => {
  if (request.hasCode) return !mayGuess(user.guesses, nowMs, settings.guessesPerFiveMinutes);
  const open = stillOpen(user, nowMs).filter((challenge) => !isActivationTest(challenge));
  if (asking?.method === 'oath') return open.length >= maxOpenChallenges;
  const prompts = open.some(({ method }) => method === asking?.method);
  return prompts || pushLimited(user, settings, nowMs);
};

export const occasionOf = ({ data, initiatingIp, ipKey }: AttemptRequest): Occasion => ({
  channel: data.channel,
  application: data.application,
  initiatingIp,
  ipKey,
});

/** The situation, with what the verdict needs to be carried out. */
export type Gathered = {
  readonly situation: Situation;
  readonly asking: Asking | undefined;
  readonly cachedBy: CacheRule['type'] | undefined;
};

export const gather = (request: AttemptRequest, context: Context): Gathered => {
  const { user, settings, items, nowMs } = context;
  const { data, hasCode } = request;
  const present = user.status === 'present' ? user : undefined;
  const traits = traitsOf(data.channel);
  const wish = {
    method: request.method,
    hasCode,
    traits: {
      ...traits,
      showsNumber: traits.showsNumber && request.numberMatch !== false,
      typesCodes: traits.typesCodes && request.typesCodes !== false,
    },
    numberMatch: loginPolicyOf(items.loginPolicy, data.application)?.numberMatch,
    isTest: isActivationTest(data),
  };
  const limited = present !== undefined && pushLimited(present, settings, nowMs);
  const asking = present && chooseMethod(present, wish, settings, limited);
  const cachedBy = present && cacheHit(present, occasionOf(request), items, nowMs);
  return {
    asking,
    cachedBy,
    situation: {
      callerAllowed: true,
      wellFormed: true,
      userFound: present !== undefined,
      requireUserMatch: data.requireUserMatch,
      enabled: present?.enabled ?? false,
      whenUserDisabled: settings.whenUserDisabled === 'succeed' ? 'succeed' : 'fail',
      blocked: present !== undefined && isBlocked(present, nowMs),
      locked: present !== undefined && isLocked(present, nowMs),
      trustedIp:
        isExempt(request) && (request.trusted === true || isTrusted(occasionOf(request), items)),
      bypassed:
        isExempt(request) && present !== undefined && openBypass(present, nowMs) !== undefined,
      cached: isExempt(request) && cachedBy !== undefined,
      // A typed code decides by itself; it neither needs nor gives anybody else's answer.
      equalAttempt:
        present && !hasCode
          ? equalAttempt(present, data.originKey, nowMs, graceMs(request, settings))
          : undefined,
      usableMethod: asking?.method,
      throttled: present !== undefined && throttled(present, asking, request, context),
    },
  };
};

/** What proves a decision or tries a device must ask the person: nothing of before stands in for it. */
const isExempt = ({ mustAsk }: AttemptRequest): boolean => !mustAsk;
