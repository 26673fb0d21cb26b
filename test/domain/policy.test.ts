import { describe, expect, test } from '@jest/globals';
import { evaluate, type Situation } from '../../domain/policy.ts';

const names = [
  'userFound',
  'enabled',
  'blocked',
  'locked',
  'trustedIp',
  'bypassed',
  'cached',
  'joinable',
] as const;
type Bits = Record<(typeof names)[number], boolean>;

const combinations: readonly Bits[] = Array.from(
  { length: 2 ** names.length },
  (_, index) =>
    Object.fromEntries(names.map((name, bit) => [name, ((index >> bit) & 1) === 1])) as Bits,
);

const situation = ({ joinable, ...bits }: Bits, more: Partial<Situation> = {}): Situation => ({
  callerAllowed: true,
  wellFormed: true,
  requireUserMatch: true,
  whenUserDisabled: 'fail',
  usableMethod: 'app',
  throttled: false,
  equalAttempt: joinable ? 'LEADER' : undefined,
  ...bits,
  ...more,
});

const told = (s: Situation): string => {
  const verdict = evaluate(s);
  if (verdict.kind === 'end') return verdict.outcome.code;
  return verdict.kind === 'join' ? `join ${verdict.leaderId}` : `challenge ${verdict.method}`;
};

/** The table of spec/10 'Decision order', row by row: which combinations a row takes from the ones above it. */
const rows: readonly { readonly takes: (bits: Bits) => boolean; readonly says: string }[] = [
  { takes: (b) => !b.userFound, says: 'USER_NOT_FOUND' },
  { takes: (b) => !b.enabled, says: 'USER_DISABLED' },
  { takes: (b) => b.blocked, says: 'USER_BLOCKED' },
  { takes: (b) => b.locked, says: 'USER_LOCKED' },
  { takes: (b) => b.trustedIp, says: 'TRUSTED_IP' },
  { takes: (b) => b.bypassed, says: 'BYPASSED' },
  { takes: (b) => b.cached, says: 'CACHED' },
  { takes: (b) => b.joinable, says: 'join LEADER' },
  { takes: () => true, says: 'challenge app' },
];

test('SEC-40 all 256 combinations end in the first row of the order that takes them', () => {
  const seen = new Set<string>();
  for (const bits of combinations) {
    const { says } = rows.find(({ takes }) => takes(bits))!;
    expect([bits, told(situation(bits))]).toEqual([bits, says]);
    seen.add(says);
  }
  expect(seen.size).toBe(rows.length);
});

test('SEC-40 a blocked user on a trusted address with a bypass and a cached answer is denied as blocked', () => {
  for (const bits of combinations.filter((b) => b.userFound && b.enabled && b.blocked))
    expect(told(situation(bits))).toBe('USER_BLOCKED');
});

describe('around the order', () => {
  const all = { userFound: true, enabled: true, blocked: false, locked: false } as const;
  const plain: Bits = { ...all, trustedIp: false, bypassed: false, cached: false, joinable: false };

  test('a caller that may not ask and a malformed request learn nothing of the user', () => {
    for (const bits of combinations) {
      expect(told(situation(bits, { callerAllowed: false }))).toBe('CALLER_DENIED');
      expect(told(situation(bits, { wellFormed: false }))).toBe('BAD_REQUEST');
      expect(told(situation(bits, { callerAllowed: false, wellFormed: false }))).toBe(
        'CALLER_DENIED',
      );
    }
  });

  test('an unknown user is let through only where no match is required', () => {
    for (const bits of combinations.filter((b) => !b.userFound))
      expect(told(situation(bits, { requireUserMatch: false }))).toBe('NOT_ENROLLED');
  });

  test('a disabled user is let through only where the company says so', () => {
    for (const bits of combinations.filter((b) => b.userFound && !b.enabled))
      expect(told(situation(bits, { whenUserDisabled: 'succeed' }))).toBe('USER_DISABLED_OK');
  });

  test('without a method there is no challenge, and no rate limit to speak of', () => {
    const none = { usableMethod: undefined } as const;
    expect(told(situation(plain, none))).toBe('NO_METHOD');
    expect(told(situation(plain, { ...none, throttled: true }))).toBe('NO_METHOD');
    expect(told(situation(plain, { throttled: true }))).toBe('THROTTLED');
  });

  test('an equal attempt is joined even where the rate limit is reached: it prompts nobody', () => {
    expect(told(situation({ ...plain, joinable: true }, { throttled: true }))).toBe('join LEADER');
  });
});
