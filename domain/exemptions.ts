import { liesIn } from './addresses.ts';
import type { ItemLists } from './items.ts';
import type { CacheRule } from './items/rules.ts';
import type { Channel } from './methods.ts';
import type { PresentUser } from './user.ts';
import type { ApprovalContext, Remembered } from './user/challenges.ts';

/** Where a login comes from and what it is for, as far as rules look at it. */
export type Occasion = {
  readonly channel: Channel;
  readonly application: string;
  /** As the caller said it; only where a rule needs it. */
  readonly initiatingIp: string | undefined;
  /** Keyed hash of the same. */
  readonly ipKey: string | undefined;
};

/** spec/10 row 7: the login comes from an address that is trusted for this channel. */
export const isTrusted = (occasion: Occasion, { trustedIps }: ItemLists): boolean =>
  occasion.initiatingIp !== undefined &&
  [...trustedIps.values()].some(
    ({ addresses, channels, application }) =>
      (channels === undefined || channels.includes(occasion.channel)) &&
      (application === undefined || application === occasion.application) &&
      liesIn(occasion.initiatingIp!, addresses),
  );

const cacheRuleTypes: readonly CacheRule['type'][] = ['user', 'application', 'applicationAndIp'];

/** The type of the cache rule that a matched rule names, as the evaluation wrote it down. */
export const cachedByOf = (rule: string): CacheRule['type'] | undefined =>
  cacheRuleTypes.find((type) => rule.endsWith(` (${type})`));

const concerns = (rule: CacheRule, { channel, application }: Occasion): boolean =>
  (rule.channel === undefined || rule.channel === channel) &&
  (rule.application === undefined || rule.application === application);

const isSame = (rule: CacheRule, earlier: ApprovalContext, now: Occasion): boolean => {
  if (rule.type === 'user') return true;
  if (earlier.channel !== now.channel || earlier.application !== now.application) return false;
  return rule.type === 'application' || (now.ipKey !== undefined && earlier.ipKey === now.ipKey);
};

const isFresh = ({ atMs }: Remembered, rule: CacheRule, nowMs: number): boolean =>
  nowMs - atMs < rule.seconds * 1000;

/** spec/10 row 9: the type of the cache rule that lets this login in by an approval of before. */
export const cacheHit = (
  user: PresentUser,
  occasion: Occasion,
  { cacheRule }: ItemLists,
  nowMs: number,
): CacheRule['type'] | undefined =>
  [...cacheRule.values()].find(
    (rule) =>
      concerns(rule, occasion) &&
      user.remembered.some(
        (earlier) => isFresh(earlier, rule, nowMs) && isSame(rule, earlier, occasion),
      ),
  )?.type;
