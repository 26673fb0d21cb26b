import { Rejected } from './errors.ts';
import type { DomainEvent } from './events.ts';
import type { User } from './user.ts';
import { decideBlock, type BlockCommand } from './userRules/blocks.ts';
import { decideBypass, type BypassCommand } from './userRules/bypass.ts';
import { decideDelegation, type DelegationCommand } from './userRules/delegations.ts';
import { decideDevice, type DeviceCommand } from './userRules/devices.ts';
import { decidePin, type PinCommand } from './userRules/pin.ts';
import { decidePrivacy, isPrivacyCommand, type PrivacyCommand } from './userRules/privacy.ts';
import { added, decideProfile, type AddUser, type ProfileCommand } from './userRules/profile.ts';
import type { RuleContext, UserStep } from './userRules/rule.ts';
import { decideSpareCode, type SpareCodeCommand } from './userRules/spareCodes.ts';
import { decideToken, type TokenCommand } from './userRules/tokens.ts';

export type { UserStep } from './userRules/rule.ts';

/** What administrators, people and workflows ask to be changed on a person; one file a family under userRules/. */
export type UserCommand =
  | AddUser
  | ProfileCommand
  | BlockCommand
  | DeviceCommand
  | TokenCommand
  | SpareCodeCommand
  | DelegationCommand
  | BypassCommand
  | PinCommand
  | PrivacyCommand;

/**
 * The rules over one person. A repeated command yields nothing, a wrong one throws.
 * @throws {Rejected} notFound, alreadyExists, limitReached, notAllowed, conflict
 */
export const decideUser = (command: UserCommand, user: User, context: RuleContext): UserStep => {
  if (command.type === 'add') {
    if (user.status !== 'absent') throw new Rejected('alreadyExists', 'the user exists already');
    return added(command, context);
  }
  if (isPrivacyCommand(command)) return decidePrivacy(command, user, context);
  if (user.status !== 'present') throw new Rejected('notFound', 'there is no such user');
  switch (command.type) {
    case 'update':
    case 'setEnabled':
    case 'resetRegistration':
    case 'remove':
      return decideProfile(command, user, context);
    case 'block':
    case 'unblock':
    case 'unlock':
    case 'expireBlock':
      return decideBlock(command, user, context);
    case 'assignToken':
    case 'disableToken':
      return decideToken(command, user);
    case 'issueRecoveryCodes':
    case 'issuePass':
    case 'revokePass':
    case 'setQuestions':
    case 'resetQuestions':
      return decideSpareCode(command, user, context);
    case 'setDelegation':
    case 'endDelegation':
      return decideDelegation(command, user, context);
    case 'createBypass':
    case 'revokeBypass':
    case 'expireBypass':
      return decideBypass(command, user, context);
    case 'setPin':
    case 'removePin':
    case 'clearCache':
      return decidePin(command, user, context);
    default:
      return decideDevice(command, user, context);
  }
};

/** What the caller of a command is told, out of the facts it recorded and the person after them. */
export const resultOf = (
  userId: string,
  recorded: readonly DomainEvent[],
  after: User,
): Readonly<Record<string, string>> => {
  const confirmed = recorded.find((event) => event.type === 'DeviceConfirmed');
  const pass = recorded.find((event) => event.type === 'AccessPassIssued');
  const bypass = recorded.find((event) => event.type === 'BypassCreated');
  const held = after.status === 'present' ? after.block : undefined;
  return {
    userId,
    ...(confirmed ? { deviceId: confirmed.data.deviceId } : {}),
    ...(pass ? { passUntil: pass.data.until } : {}),
    ...(bypass ? { bypassId: bypass.data.bypassId, bypassUntil: bypass.data.until } : {}),
    ...(held ? { blockId: held.blockId, until: held.until } : {}),
  };
};
