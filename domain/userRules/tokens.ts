import { assertNever } from '../errors.ts';
import type { EventData } from '../events.ts';
import type { PresentUser } from '../user.ts';
import { reject, step, type UserStep } from './rule.ts';

const maxOathSources = 10;

export type TokenCommand =
  | { readonly type: 'assignToken'; readonly data: EventData['TokenAssigned'] }
  | { readonly type: 'disableToken'; readonly tokenId: string };

/** @throws {Rejected} notFound, limitReached */
export const decideToken = (command: TokenCommand, user: PresentUser): UserStep => {
  switch (command.type) {
    case 'assignToken':
      return user.oathSources.length >= maxOathSources
        ? reject('limitReached', `a user has at most ${maxOathSources} OATH tokens`)
        : step({ user: [{ type: 'TokenAssigned', data: command.data }] });
    case 'disableToken':
      return user.oathSources.some((source) => source.tokenId === command.tokenId)
        ? step({ user: [{ type: 'TokenDisabled', data: { tokenId: command.tokenId } }] })
        : reject('notFound', 'there is no such token');
    default:
      return assertNever(command);
  }
};
