import type { AttemptEvents } from '../../domain/events/attempts.ts';
import type { ResultCode } from '../../domain/results.ts';
import { listed, person, type Part, type Texts } from './parts.ts';

const answers = {
  approve: ' approved on ',
  deny: ' denied on ',
  fraud: ' denied and reported fraud on ',
} as const;

const forms = {
  plain: ' by a plain tap',
  number: ' with the number of the login',
  pin: ' with the PIN',
  pinAndNumber: ' with the PIN and the number of the login',
} as const;

const ended =
  (text: string) =>
  ({ data }: { data: { code: ResultCode } }, userId: string | undefined): readonly Part[] => [
    `Verification of `,
    person(userId),
    ` ${text}: ${data.code}`,
  ];

const waiting = {
  app: 'Waiting for a code',
  oath: 'Waiting for a code',
  sms: 'Text message with a code',
  call: 'Phone call',
} as const;

const proofs = {
  pin: ' gave a wrong PIN on ',
  number: ' gave a wrong number on ',
  missing: ' approved without what the request wants on ',
} as const;

const keys = {
  connected: ' was put through to',
  fraudStarted: ' began the fraud code',
  confirmed: ' confirmed by phone',
  fraudCode: ' pressed the fraud code',
  fraudConfirmed: ' confirmed the report of fraud by phone',
  fraudNotConfirmed: ' did not confirm the report of fraud',
  wrongPin: ' gave a wrong PIN by phone',
  invalid: ' pressed keys that mean nothing',
  silence: ' pressed no key',
} as const;

export const attemptTexts: Texts<AttemptEvents> = {
  AuthenticationRequested: ({ data }, userId) => [
    'Verification of ',
    person(userId),
    ` requested for ${data.application}`,
  ],
  AuthenticationRuleMatched: ({ data }) => [`Rule that decided: ${data.rule}`],
  AuthenticationJoined: ({ data }) => [`Joined the equal request ${data.leaderId}`],
  AuthenticationChallengeSent: ({ data }) =>
    data.devices.length === 0
      ? [
          `${waiting[data.method]}${data.masked ? ` at ${data.masked}` : ''} until ${data.expiresAt}`,
        ]
      : [
          'Asked on ',
          ...listed(data.devices.map(({ deviceId }): Part => ['device', deviceId])),
          `; answer counts until ${data.expiresAt}`,
        ],
  AuthenticationContactStarted: ({ data }) => [
    `${data.kind === 'call' ? 'Calling' : 'Texting'} the ${data.which} phone`,
  ],
  AuthenticationContactAccepted: ({ data }) => [`Provider ${data.provider} took it over`],
  AuthenticationContactFailed: ({ data }) => [`Not reached by phone: ${data.code}`],
  AuthenticationFallbackStarted: ({ data }) => [
    data.to === 'oath'
      ? 'Falling back to an OATH code'
      : `Falling back to the backup phone ${data.masked ?? ''}`.trimEnd(),
  ],
  AuthenticationKeysPressed: ({ data }, userId) => [person(userId), keys[data.result]],
  AuthenticationCallAnswered: ({ data }) => [`The ${data.which} phone was answered`],
  AuthenticationProofRefused: ({ data }, userId) => [
    person(userId),
    proofs[data.what],
    ['device', data.deviceId],
    `; tries left: ${data.triesLeft}`,
  ],
  AuthenticationApprovalAwaited: ({ data }) => [
    `Verified; waiting for the approval ${data.approvalId} of others until ${data.expiresAt}`,
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
    data.answer === 'approve' ? forms[data.form] : '',
    data.signed === undefined ? '' : ", signed by the device's key",
  ],
  AuthenticationApproved: ended('approved'),
  AuthenticationSkipped: ended('not needed'),
  AuthenticationDenied: ended('denied'),
  AuthenticationExpired: ended('got no answer in time'),
  AuthenticationFailed: ended('failed'),
  AuthenticationCancelled: ended('cancelled'),
};
