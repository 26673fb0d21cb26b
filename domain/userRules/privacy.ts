import { assertNever } from '../errors.ts';
import type { User } from '../user.ts';
import { removal } from './profile.ts';
import { reject, step, type RuleContext, type UserStep } from './rule.ts';

/** What may be done with the records of a person, also of one who was removed. */
export type PrivacyCommand =
  | { readonly type: 'recordExport' }
  | { readonly type: 'erase'; readonly reason: string }
  | { readonly type: 'setHold'; readonly reason: string }
  | { readonly type: 'endHold'; readonly reason: string };

const names: ReadonlySet<string> = new Set<PrivacyCommand['type']>([
  'recordExport',
  'erase',
  'setHold',
  'endHold',
]);

export const isPrivacyCommand = <C extends { readonly type: string }>(
  command: C,
): command is C & PrivacyCommand => names.has(command.type);

/** @throws {Rejected} notFound, notAllowed while a legal hold stands */
export const decidePrivacy = (
  command: PrivacyCommand,
  user: User,
  context: RuleContext,
): UserStep => {
  if (user.status === 'absent') return reject('notFound', 'there is no such user');
  const isHeld = user.status === 'present' ? user.isHeld : user.status === 'removedOnHold';
  switch (command.type) {
    case 'recordExport':
      return user.status === 'erased'
        ? reject('notFound', 'there is no such user')
        : step({ user: [{ type: 'UserExported', data: {} }] });
    case 'erase':
      return user.status === 'erased' ? step({}) : erasing(command.reason, user, isHeld, context);
    case 'setHold':
      if (user.status === 'erased') return reject('notFound', 'there is no such user');
      return isHeld
        ? step({})
        : step({ user: [{ type: 'LegalHoldSet', data: { reason: command.reason } }] });
    case 'endHold':
      return isHeld
        ? step({ user: [{ type: 'LegalHoldEnded', data: { reason: command.reason } }] })
        : step({});
    default:
      return assertNever(command);
  }
};

/** A person who is in the list goes first: what was under way ends, the name is free again. */
const erasing = (reason: string, user: User, isHeld: boolean, context: RuleContext): UserStep => {
  if (isHeld) return reject('notAllowed', 'a legal hold keeps the records of this user');
  const gone = user.status === 'present' ? removal(user, context) : step({});
  return { ...gone, user: [...gone.user, { type: 'UserErased', data: { reason } }] };
};
