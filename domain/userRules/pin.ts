import { assertNever } from '../errors.ts';
import { toIso } from '../instants.ts';
import type { Sealed } from '../sealed.ts';
import type { PresentUser } from '../user.ts';
import { step, type RuleContext, type UserStep } from './rule.ts';

export type PinCommand =
  /** Whoever sets it has checked the rules of domain/pinRules.ts; the PIN itself is not here. */
  | {
      readonly type: 'setPin';
      readonly pinHash: Sealed;
      readonly changeRequired: boolean;
      readonly by: 'user' | 'administrator';
    }
  | { readonly type: 'removePin' }
  | { readonly type: 'clearCache'; readonly reason: string };

export const decidePin = (
  command: PinCommand,
  user: PresentUser,
  { nowMs }: RuleContext,
): UserStep => {
  const at = toIso(nowMs);
  switch (command.type) {
    case 'setPin': {
      const { pinHash, changeRequired, by } = command;
      return step({
        user: [{ type: 'UserPinChanged', data: { pinHash, changeRequired, by, at } }],
      });
    }
    case 'removePin':
      return user.pinHash === undefined
        ? step({})
        : step({
            user: [
              { type: 'UserPinChanged', data: { changeRequired: false, by: 'administrator', at } },
            ],
          });
    case 'clearCache':
      return user.remembered.length === 0
        ? step({})
        : step({ user: [{ type: 'CacheCleared', data: { reason: command.reason } }] });
    default:
      return assertNever(command);
  }
};
