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
  readonly email: Sealed | undefined;
  readonly group: string;
  readonly objectId: string;
  readonly enabled: boolean;
  readonly method: Method;
  readonly appMode: AppMode;
  /** What differs from the company's settings. */
  readonly preferences: Partial<Preferences>;
  readonly phones: { readonly [S in PhoneSlot]?: StoredPhone };
  readonly overrides: readonly string[];
};

export const newProfile = (data: EventData['UserAdded']): Profile => ({
  username: data.username,
  usernameKey: data.usernameKey,
  firstName: data.firstName,
  email: data.email,
  group: data.group ?? '',
  objectId: data.objectId,
  enabled: data.enabled,
  method: data.method,
  appMode: data.appMode,
  preferences: {},
  phones: {},
  overrides: [],
});

export const evolveProfile = <U extends Profile>(user: U, event: DomainEvent): U => {
  switch (event.type) {
    case 'UserUpdated': {
      const { firstName, email, group } = event.data;
      return {
        ...user,
        firstName: firstName ?? user.firstName,
        email: email ?? user.email,
        group: group ?? user.group,
      };
    }
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
