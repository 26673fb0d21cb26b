import type { DomainEvent } from '../events.ts';
import { toMs } from '../instants.ts';
import type { Sealed } from '../sealed.ts';

/** The person's PIN and the denials that count for the lockout. */
export type PinState = {
  /** argon2id in PHC form, sealed. */
  readonly pinHash: Sealed | undefined;
  readonly pinChangeRequired: boolean;
  readonly pinSetAtMs: number | undefined;
  /** Hashes of earlier PINs, newest last. */
  readonly earlierPins: readonly Sealed[];
  /** Instants (ms) of PIN denials since the last success or lockout. */
  readonly pinRefusedAtMs: readonly number[];
};

export const noPin: PinState = {
  pinHash: undefined,
  pinChangeRequired: false,
  pinSetAtMs: undefined,
  earlierPins: [],
  pinRefusedAtMs: [],
};

const keptPins = 10;
const keptRefusals = 100;

export const evolvePin = <U extends PinState>(user: U, event: DomainEvent): U => {
  switch (event.type) {
    case 'UserPinChanged': {
      const { pinHash, changeRequired, at } = event.data;
      return {
        ...user,
        pinHash,
        pinChangeRequired: changeRequired,
        pinSetAtMs: pinHash === undefined ? undefined : toMs(at),
        earlierPins:
          user.pinHash === undefined
            ? user.earlierPins
            : [...user.earlierPins, user.pinHash].slice(-keptPins),
      };
    }
    case 'UserPinRefused':
      return {
        ...user,
        pinRefusedAtMs: [...user.pinRefusedAtMs, toMs(event.data.at)].slice(-keptRefusals),
      };
    case 'UserBlocked':
      return event.data.flag === 'lockout' ? { ...user, pinRefusedAtMs: [] } : user;
    case 'UserChallengeClosed':
      return event.data.code === 'APPROVED' ? { ...user, pinRefusedAtMs: [] } : user;
    default:
      return user;
  }
};
