import type { Channel } from '../methods.ts';

/** Addresses from which nobody is asked (spec/10 row 7); CIDR, one address, or `from-to`. */
export type TrustedIps = {
  readonly addresses: readonly string[];
  /** All channels where absent. */
  readonly channels?: readonly Channel[];
  readonly application?: string;
  readonly note?: string;
};

/** For how long an approval lets the next logins in (spec/10 'Caching'). */
export type CacheRule = {
  readonly type: 'user' | 'application' | 'applicationAndIp';
  readonly seconds: number;
  readonly channel?: Channel;
  readonly application?: string;
};

/** What a login of one application needs beyond the second factor. */
export type LoginPolicy = {
  readonly application: string;
  /** Other people must approve too, by this approval policy. */
  readonly approvalPolicy?: string;
  /** The smallest class of method that counts. */
  readonly numberMatch?: 'off' | 'allow' | 'require';
};

export const loginPolicyOf = (
  policies: ReadonlyMap<string, LoginPolicy>,
  application: string,
): LoginPolicy | undefined =>
  [...policies.values()].find((policy) => policy.application === application);
