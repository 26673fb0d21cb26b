import { assertNever } from '../errors.ts';
import type { EventData } from '../events.ts';
import type { PresentUser } from '../user.ts';
import { reject, step, type TokenRelease, type UserStep } from './rule.ts';

/** Apps count towards the device limit instead. */
const maxTokens = 10;

export type TokenCommand =
  | { readonly type: 'assignToken'; readonly data: EventData['TokenAssigned'] }
  | { readonly type: 'disableToken'; readonly tokenId: string };

/** @throws {Rejected} notFound, limitReached */
export const decideToken = (command: TokenCommand, user: PresentUser): UserStep => {
  switch (command.type) {
    case 'assignToken':
      roomForToken(user);
      return step({ user: [{ type: 'TokenAssigned', data: command.data }] });
    case 'disableToken':
      return user.oathSources.some((source) => source.tokenId === command.tokenId)
        ? step({
            user: [{ type: 'TokenDisabled', data: { tokenId: command.tokenId } }],
            tokens: releases(user, (tokenId) => tokenId === command.tokenId),
          })
        : reject('notFound', 'there is no such token');
    default:
      return assertNever(command);
  }
};

/** @throws {Rejected} limitReached */
export const roomForToken = (user: PresentUser): void => {
  const tokens = user.oathSources.filter(({ field }) => field === 'secret');
  if (tokens.length >= maxTokens)
    reject('limitReached', `a user has at most ${maxTokens} OATH tokens`);
};

/** Hardware tokens go back to stock; one that counts goes on counting from where it stands. */
export const releases = (
  user: PresentUser,
  wanted: (tokenId: string) => boolean,
): readonly TokenRelease[] =>
  user.oathSources.flatMap(({ tokenId, serial, kind, lastStep }) =>
    serial !== undefined && wanted(tokenId)
      ? [{ serial, ...(kind === 'hotp' ? { counter: (lastStep ?? -1) + 1 } : {}) }]
      : [],
  );
