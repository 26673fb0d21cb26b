import { Rejected } from '../../domain/errors.ts';
import type { Method } from '../../domain/methods.ts';
import type { UserChanges, UserView } from '../facade.ts';
import type { Arguments } from './deserialise.ts';
import { optional } from './pfWsSdkOperation.ts';
import type { Output } from './serialise.ts';

type OutputRecord = { readonly [member: string]: Output };

/** The three ages of the settings type; each knows more values of `Mode` (contracts/sdk-soap.md section 5). */
export type SettingsAge = 1 | 2 | 3;

const modes = {
  1: { app: 'phone', oath: 'phone', sms: 'sms', call: 'phone' },
  2: { app: 'phoneApp', oath: 'phoneApp', sms: 'sms', call: 'phone' },
  3: { app: 'phoneApp', oath: 'oathToken', sms: 'sms', call: 'phone' },
} as const satisfies Record<SettingsAge, Record<Method, string>>;

export const modeOf = (age: SettingsAge, method: Method): string => modes[age][method];

export const methodsByMode: ReadonlyMap<string, Method> = new Map([
  ['phone', 'call'],
  ['sms', 'sms'],
  ['phoneApp', 'app'],
  ['oathToken', 'oath'],
]);

/** PINs, languages and text directions are not kept, so these are what every user has. */
export const fixedSettings = {
  PinMode: 'standard',
  SmsDirection: 'twoWay',
  SmsMode: 'otp',
} as const;

export const settingsOf = (age: SettingsAge, user: UserView): OutputRecord => ({
  FirstName: user.firstName,
  LastName: user.lastName,
  Email: user.email,
  UserGroup: user.group,
  Mode: modeOf(age, user.method),
  PinMode: fixedSettings.PinMode,
  ...(age === 1
    ? {}
    : {
        SmsDirection: fixedSettings.SmsDirection,
        SmsMode: fixedSettings.SmsMode,
        PhoneAppMode: user.appMode,
      }),
  PinChangeRequired: false,
  ...(age === 3
    ? {
        OathTokenEnabled: user.tokens.length > 0,
        OathTokenSerialNumber: user.tokens[0]?.serial,
      }
    : {}),
  Enabled: user.enabled,
});

/**
 * The changes that a settings record asks for. A `Mode` that an older type shows for the user's method as it is
 * changes nothing, because that type cannot express the difference.
 * @throws {Rejected} notAllowed for settings that are not kept here: refused, rather than taken and forgotten
 */
export const changesOf = (
  age: SettingsAge,
  settings: Arguments,
  current?: UserView,
): UserChanges => {
  checkFixed(age, settings);
  const mode = settings.text('Mode');
  const method = methodsByMode.get(mode);
  const same = current !== undefined && modeOf(age, current.method) === mode;
  return {
    ...given(settings, 'FirstName', 'firstName'),
    ...given(settings, 'LastName', 'lastName'),
    ...given(settings, 'Email', 'email'),
    ...given(settings, 'UserGroup', 'group'),
    ...(method === undefined || same || !settings.has('Mode') ? {} : { method }),
    ...(age > 1 && settings.has('PhoneAppMode')
      ? { appMode: settings.text('PhoneAppMode') === 'pin' ? 'pin' : 'standard' }
      : {}),
  };
};

const given = <Key extends 'firstName' | 'lastName' | 'email' | 'group'>(
  settings: Arguments,
  name: string,
  key: Key,
): Partial<Record<Key, string>> | object =>
  settings.has(name) ? { [key]: optional(settings, name) } : {};

const checkFixed = (age: SettingsAge, settings: Arguments): void => {
  const names =
    age === 1 ? (['PinMode'] as const) : (['PinMode', 'SmsDirection', 'SmsMode'] as const);
  const kept = names.every((name) => settings.text(name) === fixedSettings[name]);
  if (!kept || settings.flag('PinChangeRequired')) {
    throw new Rejected('notAllowed', 'PIN and text message settings are not offered');
  }
};

/** `+1 XXXXXXX147 x12` taken apart; as masked as the view has it. */
export const phoneOf = (
  phone: string,
): { CountryCode: string; PhoneNumber: string; Extension: string } => {
  const parts = /^\+(\d{1,4}) ([^ ]+)(?: x(.+))?$/.exec(phone);
  return {
    CountryCode: parts?.[1] ?? '',
    PhoneNumber: parts?.[2] ?? '',
    Extension: parts?.[3] ?? '',
  };
};

export const userPhoneOf = ({ phone, backupPhone }: UserView): OutputRecord => {
  const backup = phoneOf(backupPhone);
  return {
    ...phoneOf(phone),
    BackupCountryCode: backup.CountryCode,
    BackupPhoneNumber: backup.PhoneNumber,
    BackupExtension: backup.Extension,
  };
};

/**
 * A `UserPhone` as one text, `+CC number xEXT` (spec/00 'Phone number'); `''` where it holds no number.
 * @throws {Rejected} notAllowed for a backup number, which cannot be set here
 */
export const phoneTextOf = (phone: Arguments): string => {
  if (optional(phone, 'BackupPhoneNumber').trim() !== '') {
    throw new Rejected('notAllowed', 'backup numbers are not offered');
  }
  const number = optional(phone, 'PhoneNumber').trim();
  if (number === '') return '';
  const country = optional(phone, 'CountryCode').trim().replace(/^\+/, '') || '1';
  const extension = optional(phone, 'Extension').trim();
  return `+${country} ${number}${extension === '' ? '' : ` x${extension}`}`;
};

/** The device's own id stands for its push token, which never leaves (contracts/sdk-soap.md section 5). */
export const devicesOf = ({ devices }: UserView): readonly OutputRecord[] =>
  devices.map(({ deviceId, name }) => ({
    DeviceName: name,
    DeviceToken: deviceId,
    OathTokenEnabled: false,
  }));
