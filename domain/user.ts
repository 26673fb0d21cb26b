import type { DomainEvent } from './events.ts';
import { evolveBlocks, noBlocks, type Blocks } from './user/blocks.ts';
import { evolveBypass, noBypass, type Bypassing } from './user/bypass.ts';
import { evolveChallenges, noChallenges, type Challenges } from './user/challenges.ts';
import { evolveDelegations, noDelegations, type Delegations } from './user/delegations.ts';
import { evolveDevices, noDevices, type Devices } from './user/devices.ts';
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
  Delegations;

/** A person, folded from stream user-<id>. Security decisions are taken on this, never on a view. */
export type User = { readonly status: 'absent' } | { readonly status: 'removed' } | PresentUser;

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
    };
  if (user.status !== 'present') return user;
  if (event.type === 'UserRemoved') return { status: 'removed' };
  return parts.reduce((folded, part) => part(folded, event), user);
};

export const absentUser: User = { status: 'absent' };
