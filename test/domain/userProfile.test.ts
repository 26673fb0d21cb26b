import { describe, expect, test } from '@jest/globals';
import { defaultSettings, type Settings } from '../../domain/settings.ts';
import { absentUser, evolveUser, type PresentUser, type User } from '../../domain/user.ts';
import { decideUser, type UserCommand } from '../../domain/userRules.ts';
import { userState } from '../../domain/userState.ts';
import { givenBy } from '../support/given.ts';
import { added, challengeOpened, nowMs, sealed, userId } from './people.ts';
import type { EventData } from '../../domain/events.ts';

const settings: Settings = { ...defaultSettings };
const givenWith = (changes: Partial<Settings>) =>
  givenBy<UserCommand, User>({
    initialState: absentUser,
    decide: (command, user) =>
      decideUser(command, user, { userId, settings: { ...settings, ...changes }, nowMs }).user,
    evolve: evolveUser,
  });
const given = givenWith({});
const { method: _m, appMode: _a, enabled: _e, ...bare } = added().data as EventData['UserAdded'];
const number = {
  which: 'primary',
  masked: '+1 XXXX147',
  phone: sealed('phone'),
  phoneKey: 'k',
} as const;
const synced = added({ source: 'sync' });
const present = (user: User): PresentUser => {
  if (user.status !== 'present') throw new TypeError('nobody there');
  return user;
};

describe('somebody new', () => {
  test('gets the company’s defaults where nobody says otherwise', () => {
    const { state } = givenWith({
      newUserMethod: 'sms',
      newUserSmsDirection: 'twoWay',
      newUserSmsLanguage: 'de',
      newUserEnabled: false,
    })().when({ type: 'add', data: bare, preferences: { smsLanguage: 'fr' } });
    expect(state).toMatchObject({
      method: 'sms',
      appMode: 'standard',
      enabled: false,
      preferences: { smsDirection: 'twoWay', smsLanguage: 'fr' },
    });
  });

  test('keeps what the defaults were: a default that is changed later touches nobody who is there', () => {
    const { preferences, method } = present(given(added()).state);
    expect({ preferences, method }).toEqual({ preferences: {}, method: 'app' });
    // Only differences from constants are on record, and no rule reads the company’s defaults afterwards.
    given(added())
      .when({ type: 'update', data: {}, preferences: { callLanguage: 'en' } })
      .then();
  });

  test('brings a description and an identifier along', () => {
    const details = { description: 'Board', uniqueIdentifier: 'guid' };
    expect(given().when({ type: 'add', data: bare, details }).state).toMatchObject(details);
  });

  test.each(['import', 'sync'] as const)(
    'H20-5 who comes by %s without a phone is disabled and stays so when the phone arrives',
    (source) => {
      const come = given().when({ type: 'add', data: { ...bare, source } });
      expect(come.state).toMatchObject({ enabled: false });
      const arrived = given(...come.events).when({ type: 'update', data: {}, phones: [number] });
      expect(arrived.state).toMatchObject({
        enabled: false,
        phones: { primary: { phoneKey: 'k' } },
      });
    },
  );

  test('H20-5 with a phone, or where somebody says so, they come in enabled', () => {
    const data = { ...bare, source: 'import' } as const;
    expect(given().when({ type: 'add', data, phones: [number] }).state).toMatchObject({
      enabled: true,
    });
    const said = { ...data, enabled: true };
    expect(given().when({ type: 'add', data: said }).state).toMatchObject({ enabled: true });
  });
});

describe('H20-2 a sync', () => {
  const byHand = given(synced).when({
    type: 'update',
    data: { group: 'IT' },
    phones: [number],
    preferences: { smsLanguage: 'de' },
  });
  const after = [synced, ...byHand.events];

  test('leaves alone what was changed by hand, which is noted as an override', () => {
    expect(byHand.state).toMatchObject({ overrides: ['group', 'phone', 'smsLanguage'] });
    given(...after)
      .when({
        type: 'update',
        by: 'sync',
        data: { group: 'Sales', description: 'Board' },
        phones: [{ ...number, masked: '+1 XXXX148' }],
        preferences: { smsLanguage: 'fr', callLanguage: 'fr' },
        enabled: false,
      })
      .then(
        { type: 'UserUpdated', data: { description: 'Board' } },
        { type: 'UserPreferencesChanged', data: { callLanguage: 'fr' } },
        { type: 'UserDisabled', data: {} },
      );
  });

  test('governs a field again whose override was cleared', () => {
    const cleared = given(...after).when({ type: 'update', data: {}, clearOverrides: ['group'] });
    cleared.then({ type: 'UserOverridesChanged', data: { fields: ['phone', 'smsLanguage'] } });
    given(...after, ...cleared.events)
      .when({ type: 'update', by: 'sync', data: { group: 'Sales' } })
      .then({ type: 'UserUpdated', data: { group: 'Sales' } });
  });

  test('leaves a person disabled whom an administrator has disabled or enabled', () => {
    const { events } = given(synced).when({ type: 'setEnabled', enabled: false });
    given(synced, ...events)
      .when({ type: 'update', by: 'sync', data: {}, enabled: true })
      .then();
  });

  test('notes no override on people who are not of the directory', () => {
    given(added())
      .when({ type: 'update', data: { group: 'IT' } })
      .then({ type: 'UserUpdated', data: { group: 'IT' } });
  });
});

describe('an edit', () => {
  test('that is based on an older version is refused with the current one', () => {
    const changed = [
      added(),
      ...given(added()).when({ type: 'setEnabled', enabled: false }).events,
    ];
    expect(present(given(...changed).state).version).toBe(2);
    given(...changed)
      .when({ type: 'update', data: { group: 'IT' }, expectedVersion: 1 })
      .isRejected('conflict');
    given(...changed)
      .when({ type: 'update', data: { group: 'IT' }, expectedVersion: 2 })
      .thenTypes('UserUpdated');
  });

  test('stays good while the person logs in', () => {
    given(added(), challengeOpened('request1'))
      .when({ type: 'update', data: { group: 'IT' }, expectedVersion: 1 })
      .thenTypes('UserUpdated');
  });

  test('that says what is so already changes nothing', () => {
    given(added())
      .when({ type: 'update', data: { group: '' }, method: { method: 'app' }, enabled: true })
      .then();
  });

  test('H20-7 changes all of its fields in one step or none', () => {
    given(added())
      .when({
        type: 'update',
        data: { group: 'IT' },
        method: { method: 'sms' },
        phones: [number],
        preferences: { smsMode: 'pin' },
        enabled: false,
      })
      .thenTypes(
        'UserUpdated',
        'UserMethodChanged',
        'UserPhoneChanged',
        'UserPreferencesChanged',
        'UserDisabled',
      );
  });
});

test.each([
  [{ enabled: false, block: undefined, registered: true }, 'disabled'],
  [{ enabled: true, block: undefined, registered: false }, 'unregistered'],
  [{ enabled: true, block: undefined, registered: true }, 'registered'],
  [{ enabled: false, block: 'fraud', registered: true }, 'blocked'],
  [{ enabled: true, block: 'lockout', registered: true }, 'locked'],
] as const)('a person is shown as they stand: %j', (user, state) => {
  expect(userState(user)).toBe(state);
});
