import { expect, test } from '@jest/globals';
import type { DomainEvent } from '../../domain/events.ts';
import type { TokenEvents } from '../../domain/events/tokens.ts';
import type { UserEvents } from '../../domain/events/users.ts';
import { noticesOf } from '../../domain/notices.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { decideUser, type UserCommand } from '../../domain/userRules.ts';
import { added, nowMs, person, phone, sealed, tokenAssigned, userId } from './people.ts';

/* Whatever changes how somebody signs in is told to them, by whichever way it was changed. */

type Change = keyof UserEvents | keyof TokenEvents;

/** Every fact of a person, and whether it is told; a new one does not compile until somebody has decided. */
const told: Readonly<Record<Change, boolean>> = {
  UserMethodChanged: true,
  UserPhoneChanged: true,
  UserPinChanged: true,
  UserRegistrationReset: true,
  DeviceConfirmed: true,
  DeviceRemoved: true,
  TokenAssigned: true,
  RecoveryCodesIssued: true,
  AccessPassIssued: true,
  QuestionsSet: true,
  // Takes something away that the person asks for again at the next login, or is part of one that is told.
  TokenDisabled: false,
  TokenActivated: false,
  TokenResynced: false,
  TokenActivationRefused: false,
  QuestionsReset: false,
  AccessPassEnded: false,
  BypassEnded: false,
  CacheCleared: false,
  // Lets in once without a factor; the login itself is in the person's own list.
  BypassCreated: false,
  BypassUsed: false,
  AccessPassUsed: false,
  // The attempt tells of it.
  RecoveryCodeUsed: false,
  UserBlocked: false,
  UserPinRefused: false,
  UserCodeAccepted: false,
  UserCodeRefused: false,
  QuestionsAnswered: false,
  UserChallengeOpened: false,
  UserChallengeClosed: false,
  // Nothing that anybody signs in with.
  UserAdded: false,
  UserUpdated: false,
  UserPreferencesChanged: false,
  UserOverridesChanged: false,
  UserEnabled: false,
  UserDisabled: false,
  UserRemoved: false,
  UserUnblocked: false,
  UserUnlocked: false,
  DelegationSet: false,
  DelegationEnded: false,
  // A device counts once it is confirmed.
  DeviceActivationRequested: false,
  DeviceActivated: false,
  DeviceTokenChanged: false,
  DevicePermitIssued: false,
};

const someData: Readonly<Record<string, object>> = {
  UserPhoneChanged: { which: 'primary', masked: '+1 XXX' },
  DeviceRemoved: { deviceId: 'phone1', reason: 'removed' },
};

test.each(Object.entries(told))('SEC-51 %s is told to the person: %s', (type, isTold) => {
  const event = { type, data: someData[type] ?? {} } as unknown as DomainEvent;
  const notices = noticesOf([event], userId, 'step');
  expect(notices.some(({ occasion }) => occasion === 'factorChanged')).toBe(isTold);
  for (const notice of notices) expect(notice.to).toEqual({ kind: 'user', userId });
});

const pinHash = sealed('pin');
/** Every order by which an administrator or a caller changes a factor of somebody. */
const orders: readonly UserCommand[] = [
  { type: 'update', data: {}, method: { method: 'oath' } },
  {
    type: 'update',
    data: {},
    phones: [{ which: 'primary', masked: '+1 XXX', phone: sealed('phone'), phoneKey: 'key' }],
  },
  {
    type: 'update',
    data: {},
    phones: [{ which: 'backup', masked: '+1 XXX', phone: sealed('phone'), phoneKey: 'key' }],
  },
  { type: 'setPin', pinHash, changeRequired: true, by: 'administrator' },
  { type: 'removeDevice', deviceId: 'phone1', reason: 'removed' },
  { type: 'resetRegistration' },
];
test.each(orders.map((order): [string, UserCommand] => [JSON.stringify(order), order]))(
  'SEC-51 %s tells the person',
  (_, order) => {
    const story = [added(), ...phone(), tokenAssigned()];
    const settings = { ...defaultSettings };
    const { user } = decideUser(order, person(...story), { userId, settings, nowMs });
    expect(user.length).toBeGreaterThan(0);
    expect(noticesOf(user, userId, 'step')).toMatchObject([
      { occasion: 'factorChanged', to: { kind: 'user', userId } },
    ]);
  },
);

test('SEC-51 a device that was never confirmed comes and goes unsaid', () => {
  const removed = (reason: 'unconfirmed' | 'replaced' | 'denied'): DomainEvent => ({
    type: 'DeviceRemoved',
    data: { deviceId: 'phone1', reason },
  });
  expect(noticesOf([removed('unconfirmed'), removed('denied')], userId, 'step')).toEqual([]);
});
