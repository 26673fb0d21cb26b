import type { UserEvents, UsernameEvents } from '../../domain/events/users.ts';
import { owner, type Texts } from './parts.ts';

const flags = { none: '', fraud: ' after a fraud report', lockout: ' by lockout' } as const;

export const userTexts: Texts<UserEvents> = {
  UserAdded: (event) => [
    owner(event),
    { manual: ' added', import: ' imported', sync: ' added by the directory' }[event.data.source],
    `, method ${event.data.method}${event.data.enabled ? '' : ', disabled'}`,
  ],
  UserUpdated: (event) => [owner(event), ' changed: ', Object.keys(event.data).join(', ')],
  UserPreferencesChanged: (event) => [
    owner(event),
    ' changed: ',
    Object.entries(event.data)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
  ],
  UserOverridesChanged: (event) => [
    'No sync overwrites these fields of ',
    owner(event),
    `: ${event.data.fields.join(', ') || 'none'}`,
  ],
  UserRegistrationReset: (event) => [
    owner(event),
    ` must register anew: phones, ${event.data.deviceIds.length} devices and ${event.data.tokenIds.length} tokens removed`,
  ],
  UserPinChanged: (event) => [
    'The PIN of ',
    owner(event),
    event.data.pinHash === undefined ? ' was taken away' : ` was set by the ${event.data.by}`,
    event.data.changeRequired ? '; it must be changed at the next verification' : '',
  ],
  UserPinRefused: (event) => [owner(event), ' gave a wrong PIN'],
  BypassCreated: (event) => [
    'One-time bypass for ',
    owner(event),
    ` until ${event.data.until}: ${event.data.reason}`,
  ],
  BypassUsed: (event) => ['The one-time bypass of ', owner(event), ' was used'],
  BypassEnded: (event) => [
    'The one-time bypass of ',
    owner(event),
    ` ended unused: ${event.data.ended}`,
  ],
  CacheCleared: (event) => [
    'Earlier approvals of ',
    owner(event),
    ` no longer count: ${event.data.reason}`,
  ],
  QuestionsSet: (event) => [owner(event), ` has ${event.data.questions.length} security questions`],
  QuestionsReset: (event) => ['The security questions of ', owner(event), ' were removed'],
  QuestionsAnswered: (event) => [
    owner(event),
    ` answered security questions ${event.data.right ? 'right' : 'wrong'}`,
  ],
  RecoveryCodesIssued: (event) => [
    `${event.data.codeHashes.length} recovery codes made for `,
    owner(event),
    '; older ones no longer count',
  ],
  RecoveryCodeUsed: (event) => ['A recovery code of ', owner(event), ' was used'],
  AccessPassIssued: (event) => [
    'Temporary access pass for ',
    owner(event),
    ` until ${event.data.until}${event.data.once ? ', once' : ''}: ${event.data.reason}`,
  ],
  AccessPassUsed: (event) => ['The temporary access pass of ', owner(event), ' was used'],
  AccessPassEnded: (event) => [
    'The temporary access pass of ',
    owner(event),
    ` ended: ${event.data.ended}`,
  ],
  UserMethodChanged: (event) => [
    owner(event),
    ` is verified by ${event.data.method} (${event.data.appMode}) from now on`,
  ],
  UserPhoneChanged: (event) => [
    owner(event),
    ` has the ${event.data.which} phone ${event.data.masked || '(none)'} from now on`,
  ],
  UserEnabled: (event) => [owner(event), ' enabled'],
  UserDisabled: (event) => [owner(event), ' disabled'],
  UserRemoved: (event) => [owner(event), ' removed'],
  UserBlocked: (event) => [
    owner(event),
    ` blocked${flags[event.data.flag]} until ${event.data.until}: ${event.data.reason}`,
  ],
  UserUnlocked: (event) => [owner(event), ' got a new budget of guesses: ', event.data.reason],
  UserUnblocked: (event) => [
    owner(event),
    event.data.ended === 'expired'
      ? ' is no longer blocked: the time is over'
      : ` unblocked: ${event.data.reason}`,
  ],
  UserChallengeOpened: (event) => [
    owner(event),
    ` is being asked by ${event.data.method} until ${event.data.expiresAt}`,
  ],
  UserChallengeClosed: (event) => [owner(event), ` is no longer being asked: ${event.data.code}`],
  UserCodeAccepted: (event) => ['A code of ', owner(event), ' was accepted and is spent'],
  UserCodeRefused: (event) => [
    'A code of ',
    owner(event),
    event.data.reason === 'CODE_REUSED' ? ' was refused: used before' : ' was refused: wrong',
  ],
  DeviceActivationRequested: (event) => [
    'Activation code made for ',
    owner(event),
    `, valid until ${event.data.expiresAt}`,
  ],
  DeviceActivated: (event) => [
    ['device', event.data.deviceId],
    ' registered by ',
    owner(event),
    event.data.publicKey === undefined ? '' : ' with a key that signs its answers',
    `; must be confirmed by ${event.data.confirmBy}`,
  ],
  DeviceConfirmed: (event) => [['device', event.data.deviceId], ' of ', owner(event), ' is active'],
  DeviceRemoved: (event) => [
    ['device', event.data.deviceId],
    ' of ',
    owner(event),
    ` removed (${event.data.reason})`,
  ],
  DeviceTokenChanged: (event) => [
    ['device', event.data.deviceId],
    ' of ',
    owner(event),
    ' has a new device token',
  ],
  DevicePermitIssued: (event) => [
    ['device', event.data.deviceId],
    ' of ',
    owner(event),
    ' may change its device token once',
  ],
  DelegationSet: (event) => [
    ['user', event.data.toUserId],
    ' may approve in place of ',
    owner(event),
    ` from ${event.data.from} until ${event.data.until}`,
  ],
  DelegationEnded: (event) => ['A delegation of ', owner(event), ' was ended'],
};

export const usernameTexts: Texts<UsernameEvents> = {
  UsernameReserved: ({ data }) => ['Name reserved for ', ['user', data.userId]],
  UsernameReleased: ({ data }) => ['Name released by ', ['user', data.userId]],
};
