import type { StoredEvent } from '../adapters/eventStore/port.ts';
import type { EventType } from '../domain/events.ts';
import type { ResultCode } from '../domain/results.ts';
import { streamId } from './projection.ts';

/** A piece of a summary: text, or a thing whose name is looked up when the line is read. */
export type Part = string | readonly [kind: 'user' | 'device' | 'account' | 'client', id: string];
type Texts = {
  readonly [T in EventType]: (event: StoredEvent<T>, userId: string | undefined) => readonly Part[];
};

const person = (userId: string | undefined): Part =>
  userId === undefined ? 'somebody who is not in the list' : ['user', userId];
const owner = (event: StoredEvent): Part => ['user', streamId(event)];
const listed = (parts: readonly Part[]): Part[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [', ', part]));

const answers = {
  approve: ' approved on ',
  deny: ' denied on ',
  fraud: ' denied and reported fraud on ',
} as const;

const ended =
  (text: string) =>
  ({ data }: { data: { code: ResultCode } }, userId: string | undefined): readonly Part[] => [
    `Verification of `,
    person(userId),
    ` ${text}: ${data.code}`,
  ];

const flags = { none: '', fraud: ' after a fraud report', lockout: ' by lockout' } as const;

/**
 * What each event says in plain words, without names and without secrets. A type without a text does not
 * compile; one that is not here at run time stops the runner.
 */
export const auditTexts: Texts = {
  AuthenticationRequested: ({ data }, userId) => [
    'Verification of ',
    person(userId),
    ` requested for ${data.application}`,
  ],
  AuthenticationRuleMatched: ({ data }) => [`Rule that decided: ${data.rule}`],
  AuthenticationJoined: ({ data }) => [`Joined the equal request ${data.leaderId}`],
  AuthenticationChallengeSent: ({ data }) =>
    data.devices.length === 0
      ? [`Waiting for a code until ${data.expiresAt}`]
      : [
          'Asked on ',
          ...listed(data.devices.map(({ deviceId }): Part => ['device', deviceId])),
          `; answer counts until ${data.expiresAt}`,
        ],
  AuthenticationCodeSubmitted: ({ data }, userId) => [
    person(userId),
    data.accepted
      ? ' gave a right code'
      : ` gave a ${data.reason === 'CODE_REUSED' ? 'code that was used before' : 'wrong code'}; tries left: ${data.triesLeft}`,
  ],
  AuthenticationDeviceAnswered: ({ data }, userId) => [
    person(userId),
    answers[data.answer],
    ['device', data.deviceId],
  ],
  AuthenticationApproved: ended('approved'),
  AuthenticationSkipped: ended('not needed'),
  AuthenticationDenied: ended('denied'),
  AuthenticationExpired: ended('got no answer in time'),
  AuthenticationFailed: ended('failed'),
  AuthenticationCancelled: ended('cancelled'),

  UserAdded: (event) => [
    owner(event),
    event.data.source === 'import' ? ' imported' : ' added',
    `, method ${event.data.method}${event.data.enabled ? '' : ', disabled'}`,
  ],
  UserUpdated: (event) => [owner(event), ' changed: ', Object.keys(event.data).join(', ')],
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
  TokenAssigned: (event) => [`OATH token ${event.data.serial} assigned to `, owner(event)],
  TokenDisabled: (event) => ['OATH token taken from ', owner(event)],

  UsernameReserved: ({ data }) => ['Name reserved for ', ['user', data.userId]],
  UsernameReleased: ({ data }) => ['Name released by ', ['user', data.userId]],

  FraudReported: ({ data }) => [
    ['user', data.userId],
    ' reported fraud on ',
    ['device', data.deviceId],
    data.blockId === undefined ? '; not blocked' : '; blocked',
  ],
  FraudReviewed: ({ data }) => [`Fraud report ${data.verdict}: ${data.note}`],

  ActivationIssued: ({ data }) => [
    'Activation code of ',
    ['user', data.userId],
    ` can be used until ${data.expiresAt}`,
  ],
  ActivationBegun: (_event, userId) => [
    'An app sent the activation code of ',
    person(userId),
    '; its device is being checked',
  ],
  ActivationValidated: () => ['The device answered the check'],
  ActivationAttemptFailed: ({ data }) => [
    `Activation did not succeed (${data.reason}); the code can be tried again`,
  ],
  ActivationEnded: ({ data }) => [`Activation code ${data.reason}`],

  DeploymentCreated: ({ data }) => [`Installation made for ${data.companyName}`],
  SettingsChanged: ({ data }) => [
    'Settings changed: ',
    Object.entries(data.changes)
      .map(([name, value]) => `${name} = ${String(value)}`)
      .join(', '),
  ],
  ServiceAccountAdded: ({ data }) => ['Service account ', ['account', data.accountId], ' added'],
  ServiceAccountRemoved: ({ data }) => [
    'Service account ',
    ['account', data.accountId],
    ' removed',
  ],
  ApiClientAdded: ({ data }) => [
    'API client ',
    ['client', data.clientId],
    ` added with ${data.scopes.join(', ') || 'no scopes'}`,
  ],
  ApiClientRemoved: ({ data }) => ['API client ', ['client', data.clientId], ' removed'],

  SystemStarted: ({ data }) => [`Node ${data.node} started, version ${data.version}`],
  UnsealedPayloadRefused: ({ data }) => [
    `Refused an unsealed message to workflow ${data.workflowId}`,
  ],
};
