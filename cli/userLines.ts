import type { Reply } from '../client/index.ts';
import { details, localTime, table } from './output.ts';

type UserReply = Reply<'getUser'>;

const methodOf = (user: UserReply): string => {
  switch (user.method) {
    case 'app':
      return `app (${user.appMode})`;
    case 'sms':
      return `sms (${user.smsDirection}, ${user.smsMode})`;
    case 'call':
      return `call (${user.callMode})`;
    case 'oath':
      return user.oathMode === 'pin' ? 'oath (pin)' : 'oath';
  }
};

/** A user as a person reads them. */
export const describeUser = (user: UserReply): string =>
  [
    details({
      user: user.username,
      id: user.userId,
      name: `${user.firstName} ${user.lastName}`.trim(),
      mail: user.email,
      group: user.group,
      description: user.description,
      'unique id': user.uniqueIdentifier,
      state: user.state,
      'blocked until': localTime(user.blocked?.until),
      'blocked because': user.blocked?.reason,
      method: methodOf(user),
      phone: user.phone,
      'backup phone': user.backupPhone,
      languages: languagesOf(user),
      source: user.source === 'manual' ? '' : user.source,
      'kept from sync': user.overrides.join(', '),
      version: String(user.version),
      added: localTime(user.addedAt),
      changed: localTime(user.changedAt),
      'last asked': localTime(user.lastAttemptAt),
      'last success': localTime(user.lastSuccessAt),
    }),
    ...devicesOf(user),
    ...tokensOf(user),
  ].join('\n\n');

const languagesOf = (user: UserReply): string => {
  const { callLanguage, smsLanguage, appLanguage, oathLanguage } = user;
  const all = { call: callLanguage, sms: smsLanguage, app: appLanguage, oath: oathLanguage };
  const differing = Object.entries(all).filter(([, language]) => language !== 'en');
  return differing.map(([method, language]) => `${method} ${language}`).join(', ');
};

const devicesOf = ({ devices }: UserReply): readonly string[] =>
  devices.length === 0
    ? []
    : [
        table(
          ['DEVICE', 'NAME', 'STATE', 'APP', 'ACTIVATED'],
          devices.map((device) => [
            device.deviceId,
            device.name,
            device.state,
            device.appVersion,
            localTime(device.activatedAt),
          ]),
        ),
      ];

const tokensOf = ({ tokens }: UserReply): readonly string[] =>
  tokens.length === 0
    ? []
    : [
        table(
          ['TOKEN', 'SERIAL', 'DIGITS', 'SECONDS'],
          tokens.map(({ tokenId, serial, digits, periodSeconds }) => [
            tokenId,
            serial,
            String(digits),
            String(periodSeconds),
          ]),
        ),
      ];
