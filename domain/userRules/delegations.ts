import { assertNever } from '../errors.ts';
import type { EventData } from '../events.ts';
import { toMs } from '../instants.ts';
import type { PresentUser } from '../user.ts';
import { delegationsFrom, maxDelegations } from '../user/delegations.ts';
import { reject, step, type RuleContext, type UserStep } from './rule.ts';

export type DelegationCommand =
  | { readonly type: 'setDelegation'; readonly data: EventData['DelegationSet'] }
  | { readonly type: 'endDelegation'; readonly delegationId: string };

/** @throws {Rejected} invalid, limitReached, notFound */
export const decideDelegation = (
  command: DelegationCommand,
  user: PresentUser,
  { userId, nowMs }: Pick<RuleContext, 'userId' | 'nowMs'>,
): UserStep => {
  switch (command.type) {
    case 'setDelegation': {
      const { toUserId, from, until } = command.data;
      if (toUserId === userId) return reject('invalid', 'nobody delegates to themselves');
      if (toMs(until) <= Math.max(toMs(from), nowMs))
        return reject('invalid', 'until: after the start, and not in the past');
      return delegationsFrom(user, nowMs).length >= maxDelegations
        ? reject('limitReached', `a user has at most ${maxDelegations} delegations`)
        : step({ user: [{ type: 'DelegationSet', data: command.data }] });
    }
    case 'endDelegation': {
      const { delegationId } = command;
      return user.delegations.some((one) => one.delegationId === delegationId)
        ? step({ user: [{ type: 'DelegationEnded', data: { delegationId } }] })
        : reject('notFound', 'there is no such delegation');
    }
    default:
      return assertNever(command);
  }
};
