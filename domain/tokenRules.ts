import { Rejected } from './errors.ts';
import type { DomainEvent, EventData } from './events.ts';
import type { Sealed } from './sealed.ts';
import type { Token } from './token.ts';
import type { User } from './user.ts';
import { roomForToken } from './userRules/tokens.ts';

/** Events of a token's stream and of a person's, which stand or fall together. */
export type TokenStep = {
  readonly token: readonly DomainEvent[];
  readonly user: readonly DomainEvent[];
};

export const noTokenStep: TokenStep = { token: [], user: [] };

/** @throws {Rejected} alreadyExists */
export const importToken = (token: Token, data: EventData['TokenImported']): TokenStep => {
  if (token.status !== 'none')
    throw new Rejected('alreadyExists', 'a token with this serial number was imported before');
  return { ...noTokenStep, token: [{ type: 'TokenImported', data }] };
};

/** A token that may become a person's. */
type FreeToken = Extract<Token, { status: 'free' }>;

/**
 * Whether a person may get a token now.
 * @returns undefined where it is theirs already
 * @throws {Rejected} notFound, conflict, notAllowed, limitReached
 */
export const assignable = (token: Token, userId: string, user: User): FreeToken | undefined => {
  if (token.status === 'none')
    throw new Rejected('notFound', 'there is no token with this serial number');
  if (user.status !== 'present') throw new Rejected('notFound', 'there is no such user');
  if (token.status === 'lost') throw new Rejected('notAllowed', 'the token was reported lost');
  if (token.status === 'held') {
    if (token.holder === userId) return undefined;
    throw new Rejected('conflict', 'the token is assigned to another user');
  }
  roomForToken(user);
  return token;
};

/**
 * A free token becomes a person's; it counts after one right code.
 * @param secret the token's, sealed with the person's key
 */
export const assignToken = (
  { imported, counter }: FreeToken,
  userId: string,
  secret: Sealed,
): TokenStep => {
  const { tokenId, serial, digits, periodSeconds, kind, weak } = imported;
  const data: EventData['TokenAssigned'] = {
    tokenId,
    serial,
    secret,
    digits,
    periodSeconds,
    kind,
    needsActivation: true,
    hardware: true,
    ...(kind === 'hotp' ? { counter } : {}),
    ...(weak ? { weak } : {}),
  };
  return {
    token: [{ type: 'TokenTaken', data: { userId } }],
    user: [{ type: 'TokenAssigned', data }],
  };
};

/**
 * A lost token is nobody's any more, and never will be again.
 * @param holder the person who has it
 * @throws {Rejected} notFound
 */
export const loseToken = (token: Token, holder: User, reason: string): TokenStep => {
  if (token.status === 'none')
    throw new Rejected('notFound', 'there is no token with this serial number');
  if (token.status === 'lost') return noTokenStep;
  const { tokenId } = token.imported;
  const held =
    holder.status === 'present' && holder.oathSources.some((source) => source.tokenId === tokenId);
  return {
    token: [{ type: 'TokenLost', data: { reason } }],
    user: held ? [{ type: 'TokenDisabled', data: { tokenId } }] : [],
  };
};
