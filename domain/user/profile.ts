import type { DomainEvent, EventData } from '../events.ts';
import type { PhoneSlot } from '../events/attempts.ts';
import type { AppMode, Method, Preferences } from '../methods.ts';
import type { Sealed } from '../sealed.ts';

export type StoredPhone = {
  readonly phone: Sealed;
  readonly masked: string;
  /** Keyed hash of the number. */
  readonly phoneKey: string;
};

/** Who the person is and how they want to be asked. */
export type Profile = {
  readonly username: Sealed;
  readonly usernameKey: string;
  readonly firstName: Sealed | undefined;
  readonly lastName: Sealed | undefined;
  readonly email: Sealed | undefined;
  readonly group: string;
  readonly description: string;
  readonly uniqueIdentifier: string;
  readonly objectId: string;
  readonly source: EventData['UserAdded']['source'];
  readonly enabled: boolean;
  readonly method: Method;
  readonly appMode: AppMode;
  /** What differs from the built-in defaults, which never change. */
  readonly preferences: Partial<Preferences>;
  readonly phones: { readonly [S in PhoneSlot]?: StoredPhone };
  readonly overrides: readonly string[];
  /** Counts the changes of the record from 1; logging in changes nothing, so an open form stays good. */
  readonly version: number;
};

/** Events that change the record of a person and make a new version of it. */
export const profileEvents = [
  'UserUpdated',
  'UserMethodChanged',
  'UserPreferencesChanged',
  'UserOverridesChanged',
  'UserPhoneChanged',
  'UserRegistrationReset',
  'UserEnabled',
  'UserDisabled',
] as const;
const changesProfile: ReadonlySet<string> = new Set(profileEvents);

export const newProfile = (data: EventData['UserAdded']): Profile => ({
  username: data.username,
  usernameKey: data.usernameKey,
  firstName: data.firstName,
  lastName: data.lastName,
  email: data.email,
  group: data.group ?? '',
  description: '',
  uniqueIdentifier: '',
  objectId: data.objectId,
  source: data.source,
  enabled: data.enabled,
  method: data.method,
  appMode: data.appMode,
  preferences: {},
  phones: {},
  overrides: [],
  version: 1,
});

export const evolveProfile = <U extends Profile>(user: U, event: DomainEvent): U => {
  const changed = evolved(user, event);
  return changesProfile.has(event.type) ? { ...changed, version: user.version + 1 } : changed;
};

const evolved = <U extends Profile>(user: U, event: DomainEvent): U => {
  switch (event.type) {
    case 'UserUpdated':
      return { ...user, ...event.data };
    case 'UserMethodChanged':
      return { ...user, method: event.data.method, appMode: event.data.appMode };
    case 'UserPreferencesChanged':
      return { ...user, preferences: { ...user.preferences, ...event.data } };
    case 'UserOverridesChanged':
      return { ...user, overrides: event.data.fields };
    case 'UserPhoneChanged': {
      const { which, masked, phone, phoneKey } = event.data;
      const { [which]: _before, ...others } = user.phones;
      return {
        ...user,
        phones:
          phone === undefined
            ? others
            : { ...others, [which]: { phone, masked, phoneKey: phoneKey ?? '' } },
      };
    }
    case 'UserRegistrationReset':
      return { ...user, phones: {} };
    case 'UserEnabled':
      return { ...user, enabled: true };
    case 'UserDisabled':
      return { ...user, enabled: false };
    default:
      return user;
  }
};
