import type { DomainEvent } from './events.ts';
import { evolveBlocks, noBlocks, type Blocks } from './user/blocks.ts';
import { evolveBypass, noBypass, type Bypassing } from './user/bypass.ts';
import { evolveChallenges, noChallenges, type Challenges } from './user/challenges.ts';
import { evolveDelegations, noDelegations, type Delegations } from './user/delegations.ts';
import { evolveDevices, noDevices, type Devices } from './user/devices.ts';
import { evolveHold, noHold, type Holding } from './user/hold.ts';
import { evolveOathSources, noOathSources, type OathSources } from './user/oath.ts';
import { evolvePin, noPin, type PinState } from './user/pin.ts';
import { evolveProfile, newProfile, type Profile } from './user/profile.ts';
import { evolveSpareCodes, noSpareCodes, type SpareCodes } from './user/spareCodes.ts';

export { isBlocked, isLocked, type Block } from './user/blocks.ts';
export {
  activationOrigin,
  isActivationTest,
  type ClosedChallenge,
  type OpenChallenge,
} from './user/challenges.ts';
export { activeDevices, type Device } from './user/devices.ts';
export { usableOathSources, type OathSource } from './user/oath.ts';

/** A person in the list; each part of the state has its own file under user/. */
export type PresentUser = { readonly status: 'present' } & Profile &
  Blocks &
  Devices &
  OathSources &
  Challenges &
  PinState &
  Bypassing &
  SpareCodes &
  Delegations &
  Holding;

/** A person, folded from stream user-<id>. Security decisions are taken on this, never on a view. */
export type User =
  | { readonly status: 'absent' }
  | { readonly status: 'removed' }
  /** Removed, and the records must be kept. */
  | { readonly status: 'removedOnHold' }
  | { readonly status: 'erased' }
  | PresentUser;

const parts: readonly ((user: PresentUser, event: DomainEvent) => PresentUser)[] = [
  evolveProfile,
  evolveBlocks,
  evolveDevices,
  evolveOathSources,
  evolveChallenges,
  evolvePin,
  evolveBypass,
  evolveSpareCodes,
  evolveDelegations,
  evolveHold,
];

/** Folds one event of a user's stream. Events of other kinds leave the state as it is. */
export const evolveUser = (user: User, event: DomainEvent): User => {
  if (event.type === 'UserAdded')
    return {
      status: 'present',
      ...newProfile(event.data),
      ...noBlocks,
      ...noDevices,
      ...noOathSources,
      ...noChallenges,
      ...noPin,
      ...noBypass,
      ...noSpareCodes,
      ...noDelegations,
      ...noHold,
    };
  if (event.type === 'UserErased') return { status: 'erased' };
  if (user.status !== 'present') return evolveGone(user, event);
  if (event.type === 'UserRemoved') return { status: user.isHeld ? 'removedOnHold' : 'removed' };
  return parts.reduce((folded, part) => part(folded, event), user);
};

const evolveGone = (user: Exclude<User, PresentUser>, event: DomainEvent): User => {
  if (user.status === 'removed' && event.type === 'LegalHoldSet')
    return { status: 'removedOnHold' };
  return user.status === 'removedOnHold' && event.type === 'LegalHoldEnded'
    ? { status: 'removed' }
    : user;
};

export const absentUser: User = { status: 'absent' };
