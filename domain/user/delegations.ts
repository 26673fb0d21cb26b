import type { DomainEvent, EventData } from '../events.ts';
import { toMs } from '../instants.ts';

export type Delegation = EventData['DelegationSet'];

/** Who may approve in this person's place, and when. */
export type Delegations = { readonly delegations: readonly Delegation[] };

export const noDelegations: Delegations = { delegations: [] };

/** How many a person may have at one time. */
export const maxDelegations = 20;

/** The delegations that are in force, or will be. */
export const delegationsFrom = ({ delegations }: Delegations, nowMs: number) =>
  delegations.filter(({ until }) => toMs(until) > nowMs);

/** Those that let somebody act now. */
export const delegationsAt = (user: Delegations, nowMs: number): readonly Delegation[] =>
  delegationsFrom(user, nowMs).filter(({ from }) => toMs(from) <= nowMs);

export const evolveDelegations = <U extends Delegations>(user: U, event: DomainEvent): U => {
  if (event.type === 'DelegationSet')
    return { ...user, delegations: [...user.delegations, event.data].slice(-2 * maxDelegations) };
  if (event.type !== 'DelegationEnded') return user;
  return {
    ...user,
    delegations: user.delegations.filter(
      ({ delegationId }) => delegationId !== event.data.delegationId,
    ),
  };
};
