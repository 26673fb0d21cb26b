import { assertNever, Rejected } from '../errors.ts';
import type { DomainEvent } from '../events.ts';
import { toIso } from '../instants.ts';
import { isBlocked, isLocked, type PresentUser } from '../user.ts';
import { step, type RuleContext, type UserStep } from './rule.ts';

const dayMs = 24 * 3_600_000;

export type BlockCommand =
  | {
      readonly type: 'block';
      readonly blockId: string;
      readonly reason: string;
      readonly days?: number;
    }
  /** Ends a block, and a lockout by wrong PINs as well. */
  | { readonly type: 'unblock'; readonly reason: string }
  /** Gives back the budget of guesses (SEC-31). */
  | { readonly type: 'unlock'; readonly reason: string }
  /** The block's own timer has run out. */
  | { readonly type: 'expireBlock'; readonly blockId: string };

export const unblocked = (
  blockId: string,
  reason: string,
  ended: 'unblocked' | 'expired',
): DomainEvent => ({ type: 'UserUnblocked', data: { blockId, reason, ended } });

/** @throws {Rejected} notFound */
export const decideBlock = (
  command: BlockCommand,
  user: PresentUser,
  { nowMs, settings }: RuleContext,
): UserStep => {
  switch (command.type) {
    case 'block': {
      if (isBlocked(user, nowMs)) return step({}); // The older block stands.
      const { blockId, reason } = command;
      const until = toIso(nowMs + (command.days ?? settings.blockDays) * dayMs);
      return step({
        user: [{ type: 'UserBlocked', data: { blockId, reason, until, flag: 'none' } }],
      });
    }
    case 'unblock': {
      const held = [
        ...(isBlocked(user, nowMs) ? [user.block!] : []),
        ...(isLocked(user, nowMs) ? [user.lock!] : []),
      ];
      if (held.length === 0) throw new Rejected('notFound', 'the user is not blocked');
      return step({
        user: held.map(({ blockId }) => unblocked(blockId, command.reason, 'unblocked')),
      });
    }
    case 'unlock':
      return user.guesses.failures === 0
        ? step({})
        : step({ user: [{ type: 'UserUnlocked', data: { reason: command.reason } }] });
    case 'expireBlock':
      return [user.block, user.lock].some((held) => held?.blockId === command.blockId)
        ? step({ user: [unblocked(command.blockId, 'The block is over', 'expired')] })
        : step({});
    default:
      return assertNever(command);
  }
};
