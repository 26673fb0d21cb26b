import { judge, submitted, type CodeMatch } from './attemptCodes.ts';
import { approvalAwaited, endedBy, nothing, type Context, type Step } from './attemptEnding.ts';
import { gather, occasionOf } from './attemptSituation.ts';
import { traitsOf } from './channels.ts';
import type { ChallengedDevice, DomainEvent, EventData } from './events.ts';
import { toIso } from './instants.ts';
import { pinDenied } from './lockout.ts';
import { devicesToAsk, type Asking } from './methodChoice.ts';
import type { Method } from './methods.ts';
import { evaluate, type Verdict } from './policy.ts';
import type { ResultCode } from './results.ts';
import type { Settings } from './settings.ts';
import { mustChangePin } from './pinRules.ts';
import { openBypass } from './user/bypass.ts';

export type AttemptRequest = {
  readonly requestId: string;
  readonly data: Omit<EventData['AuthenticationRequested'], 'userId'>;
  /** How the person is to be asked, where the caller chose. */
  readonly method: Method | undefined;
  readonly hasCode: boolean;
  readonly expiresInSeconds: number | undefined;
  /** True where its caller has given up already. */
  readonly tooLate: boolean;
  /** The initiating address in the clear; only where a rule looks at it. */
  readonly initiatingIp?: string | undefined;
  readonly ipKey?: string | undefined;
  /** False where the caller cannot show the number that its channel could. */
  readonly numberMatch?: boolean | undefined;
  /** The caller named the login, so an equal request repeats it. */
  readonly hasLoginKey?: boolean;
  /** False where the person cannot be asked for a code at this login. */
  readonly typesCodes?: boolean | undefined;
  /** A rule of the front end exempts this login, as a trusted address does. */
  readonly trusted?: boolean;
  /** It ended before it began: the front end found so. */
  readonly endAs?: ResultCode | undefined;
  /** Why, in the front end's words. */
  readonly endBecause?: string | undefined;
  /** The person must be asked: no bypass, cache or trusted address stands in for it. */
  readonly mustAsk?: boolean;
};

/** Makes what each device of a push is sent. */
export type DevicesOf = (active: readonly string[]) => readonly ChallengedDevice[];

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
  devices: DevicesOf,
): Step | 'needsCode' => {
  if (request.tooLate)
    return { ...nothing, attempt: [requested(request, context), endedBy('INTERNAL', undefined)] };
  if (request.endAs !== undefined) return endedBefore(request, context, request.endAs);
  const { situation, asking, cachedBy } = gather(request, context);
  const verdict = evaluate(situation);
  const rule =
    verdict.rule + (cachedBy && verdict.kind === 'end' && situation.cached ? ` (${cachedBy})` : '');
  const opening = [requested(request, context), ruleMatched(rule)];
  if (verdict.kind === 'end') return ended(request, context, opening, verdict);
  if (verdict.kind === 'join') return join(opening, verdict.leaderId, context);
  if (request.hasCode) return 'needsCode';
  return challenge(request, context, asking!, opening, devices);
};

/** What the front end found out by itself, the wrong password above all, reaches no rule. */
const endedBefore = (request: AttemptRequest, context: Context, code: ResultCode): Step => {
  const opening = requested(request, context);
  const userId = context.user.status === 'present' ? context.userId : undefined;
  const { endBecause } = request;
  const why =
    endBecause === undefined ? [] : [ruleMatched(`primary authentication: ${endBecause}`)];
  return { ...nothing, attempt: [opening, ...why, endedBy(code, userId)] };
};

const ruleMatched = (rule: string): DomainEvent => ({
  type: 'AuthenticationRuleMatched',
  data: { rule },
});

const ended = (
  request: AttemptRequest,
  context: Context,
  opening: readonly DomainEvent[],
  { outcome }: Extract<Verdict, { kind: 'end' }>,
): Step => {
  const { user, nowMs } = context;
  const userId = user.status === 'present' ? context.userId : undefined;
  const bypass = user.status === 'present' ? openBypass(user, nowMs) : undefined;
  const { requestId } = request;
  const used = outcome.code === 'BYPASSED' ? bypass?.bypassId : undefined;
  return {
    attempt: [
      ...opening.map((event) =>
        event.type === 'AuthenticationRuleMatched' && used !== undefined
          ? { ...event, data: { ...event.data, bypassId: used } }
          : event,
      ),
      approvalAwaited(requestId, request.data, outcome.code, context) ??
        endedBy(outcome.code, userId),
    ],
    user:
      outcome.code === 'BYPASSED' && bypass
        ? [
            {
              type: 'BypassUsed',
              data: { bypassId: bypass.bypassId, requestId, at: toIso(nowMs) },
            },
          ]
        : [],
  };
};

const join = (opening: readonly DomainEvent[], leaderId: string, context: Context): Step => {
  const joined: DomainEvent = { type: 'AuthenticationJoined', data: { leaderId } };
  const leader =
    context.user.status === 'present'
      ? context.user.closed.find((closed) => closed.requestId === leaderId)
      : undefined;
  return {
    ...nothing,
    attempt: [...opening, joined, ...(leader ? [endedBy(leader.code, context.userId)] : [])],
  };
};

const lifeSeconds = (asking: Asking, request: AttemptRequest, settings: Settings): number => {
  const { maxCodeSeconds } = traitsOf(request.data.channel);
  switch (asking.method) {
    case 'app':
      return request.expiresInSeconds ?? settings.requestSeconds;
    case 'oath':
      return Math.min(settings.codeSeconds, maxCodeSeconds);
    case 'sms':
      return asking.direction === 'twoWay'
        ? settings.smsReplySeconds
        : Math.min(settings.smsCodeSeconds, maxCodeSeconds);
    case 'call':
      return settings.callSeconds;
  }
};

/** What a phone challenge says about the phone; a person with the backup number alone is called there. */
const phoneOf = ({ user }: Context, { method }: Asking) => {
  if (user.status !== 'present' || (method !== 'sms' && method !== 'call')) return {};
  const which = user.phones.primary === undefined ? 'backup' : 'primary';
  const masked = user.phones[which]?.masked;
  return { which, ...(masked === undefined ? {} : { masked }) } as const;
};

const challenge = (
  request: AttemptRequest,
  context: Context,
  asking: Asking,
  opening: readonly DomainEvent[],
  devices: DevicesOf,
): Step => {
  const { user, settings, nowMs } = context;
  const { method, mode, direction, language, numberMatch, sixDigits = false } = asking;
  const { requestId, data } = request;
  const asked = user.status === 'present' ? devicesToAsk(user, sixDigits) : [];
  const expiresAt = toIso(nowMs + lifeSeconds(asking, request, settings) * 1000);
  const { channel, application, ipKey } = occasionOf(request);
  return {
    attempt: [
      ...opening,
      {
        type: 'AuthenticationChallengeSent',
        data: {
          method,
          expiresAt,
          fraudAllowed: settings.fraudAllowed,
          fraudBlock: settings.fraudBlock,
          devices: method === 'app' ? devices(asked.map((d) => d.deviceId)) : [],
          mode,
          language,
          ...phoneOf(context, asking),
          ...(direction === undefined ? {} : { direction }),
          ...(numberMatch ? { numberMatch: sixDigits ? 'typeSix' : 'type' } : {}),
          ...(mode === 'pin' || numberMatch ? { pinTries: settings.pinTries } : {}),
          ...(mode === 'pin' && user.status === 'present' && mustChangePin(user, settings, nowMs)
            ? { pinChangeRequired: true }
            : {}),
        },
      },
    ],
    user: [
      {
        type: 'UserChallengeOpened',
        data: {
          requestId,
          originKey: data.originKey,
          method,
          expiresAt,
          at: toIso(nowMs),
          channel,
          application,
          ...(ipKey === undefined ? {} : { ipKey }),
        },
      },
    ],
  };
};

/** A one-shot attempt: the code came with the request and decides it at once. */
export const openWithCode = (request: AttemptRequest, context: Context, match: CodeMatch): Step => {
  const verdict = judge(request.requestId, match, context, occasionOf(request));
  const { code, events, tokenId, source } = verdict;
  return {
    attempt: [
      requested(request, context),
      ruleMatched('13 code in the request'),
      submitted(code, tokenId, 0, source),
      approved(request, code, context) ?? endedBy(code, context.userId),
    ],
    user: [
      ...events,
      ...(usesPin(context) && code !== 'APPROVED' && code !== 'CODE_REUSED'
        ? pinDenied(request.requestId, context.user, context.settings, context.nowMs)
        : []),
    ],
  };
};

const approved = (
  { requestId, data }: AttemptRequest,
  code: ResultCode,
  context: Context,
): DomainEvent | undefined => approvalAwaited(requestId, data, code, context);

const usesPin = ({ user }: Context): boolean =>
  user.status === 'present' && user.preferences.oathMode === 'pin';
