import type { Method } from './methods.ts';
import { outcomeOf, type Outcome } from './results.ts';

/**
 * All that the evaluation looks at, gathered before it (spec/10 'Decision order'). Rows that a feature of a
 * later version feeds are inputs already, so that the order is one place for good.
 */
export type Situation = {
  readonly callerAllowed: boolean;
  readonly wellFormed: boolean;
  readonly userFound: boolean;
  readonly requireUserMatch: boolean;
  readonly enabled: boolean;
  readonly whenUserDisabled: 'fail' | 'succeed';
  readonly blocked: boolean;
  readonly locked: boolean;
  readonly trustedIp: boolean;
  readonly bypassed: boolean;
  readonly cached: boolean;
  /** The open, or just approved, attempt of the same user from the same origin. */
  readonly equalAttempt: string | undefined;
  /** What the person can use on this channel; undefined where there is nothing. */
  readonly usableMethod: Method | undefined;
  readonly throttled: boolean;
};

export type Verdict =
  | { readonly kind: 'end'; readonly rule: string; readonly outcome: Outcome }
  | { readonly kind: 'join'; readonly rule: string; readonly leaderId: string }
  | { readonly kind: 'challenge'; readonly rule: string; readonly method: Method };

const end = (rule: string, code: Parameters<typeof outcomeOf>[0]): Verdict => ({
  kind: 'end',
  rule,
  outcome: outcomeOf(code),
});

/**
 * The evaluation order of spec/10: the first match ends it. What denies stands before what lets in, so a
 * blocked user on a trusted address with a bypass is denied as blocked.
 */
export const evaluate = (s: Situation): Verdict => {
  if (!s.callerAllowed) return end('1 caller', 'CALLER_DENIED');
  if (!s.wellFormed) return end('1 input', 'BAD_REQUEST');
  if (!s.userFound)
    return s.requireUserMatch
      ? end('2 user match required', 'USER_NOT_FOUND')
      : end('3 user match not required', 'NOT_ENROLLED');
  if (!s.enabled)
    return s.whenUserDisabled === 'succeed'
      ? end('4 disabled user', 'USER_DISABLED_OK')
      : end('4 disabled user', 'USER_DISABLED');
  if (s.blocked) return end('5 blocked', 'USER_BLOCKED');
  if (s.locked) return end('6 locked out', 'USER_LOCKED');
  if (s.trustedIp) return end('7 trusted IP', 'TRUSTED_IP');
  if (s.bypassed) return end('8 one-time bypass', 'BYPASSED');
  if (s.cached) return end('9 cache', 'CACHED');
  if (s.equalAttempt !== undefined)
    return { kind: 'join', rule: '10 equal attempt', leaderId: s.equalAttempt };
  if (s.usableMethod === undefined) return end('11 no method', 'NO_METHOD');
  if (s.throttled) return end('12 rate limit', 'THROTTLED');
  return { kind: 'challenge', rule: '13 challenge', method: s.usableMethod };
};
