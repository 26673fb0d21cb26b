import { Rejected } from '../../domain/errors.ts';
import type { Method, StandardOrPin } from '../../domain/methods.ts';
import { languageForm } from '../../domain/userCsv.ts';
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

/** The mode that `PinMode` shows: that of the person's own method. */
const pinModeFields = {
  app: 'appMode',
  call: 'callMode',
  sms: 'smsMode',
  oath: 'oathMode',
} as const satisfies Record<Method, keyof UserView>;

const smsModes = { standard: 'otp', pin: 'otpPlusPin' } as const;

export const pinModeOf = (user: Pick<UserView, 'method' | keyof ModeFields>): StandardOrPin =>
  user[pinModeFields[user.method]];
export const smsModeOf = ({ smsMode }: Pick<UserView, 'smsMode'>): string => smsModes[smsMode];
type ModeFields = Pick<UserView, (typeof pinModeFields)[Method]>;

const languageFields = {
  app: 'appLanguage',
  call: 'callLanguage',
  sms: 'smsLanguage',
  oath: 'oathLanguage',
} as const satisfies Record<Method, keyof UserView>;

export const settingsOf = (age: SettingsAge, user: UserView): OutputRecord => ({
  FirstName: user.firstName,
  LastName: user.lastName,
  Email: user.email,
  UserGroup: user.group,
  Language: user[languageFields[user.method]],
  Mode: modeOf(age, user.method),
  PinMode: pinModeOf(user),
  ...(age === 1
    ? {}
    : {
        SmsDirection: user.smsDirection,
        SmsMode: smsModeOf(user),
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
 * changes nothing, because that type cannot express the difference; what is as it was is not changed either, so that
 * `PinMode` and `PhoneAppMode`, which may say the same thing twice, do not undo each other.
 * @throws {Rejected} notAllowed for a PIN that is to be changed, which has an operation of its own
 */
export const changesOf = (
  age: SettingsAge,
  settings: Arguments,
  current?: UserView,
): UserChanges => {
  if (settings.flag('PinChangeRequired'))
    throw new Rejected('notAllowed', 'set PinChangeRequired with the PIN');
  const mode = settings.text('Mode');
  const found = methodsByMode.get(mode);
  const same = current !== undefined && modeOf(age, current.method) === mode;
  const method = found === undefined || same || !settings.has('Mode') ? undefined : found;
  const target = method ?? current?.method ?? 'app';
  return {
    ...given(settings, 'FirstName', 'firstName'),
    ...given(settings, 'LastName', 'lastName'),
    ...given(settings, 'Email', 'email'),
    ...given(settings, 'UserGroup', 'group'),
    ...(method === undefined ? {} : { method }),
    ...language(settings, target),
    ...changed(current, {
      ...(age > 1 && settings.has('SmsDirection')
        ? { smsDirection: settings.text('SmsDirection') === 'twoWay' ? 'twoWay' : 'oneWay' }
        : {}),
      ...(age > 1 && settings.has('SmsMode')
        ? { smsMode: settings.text('SmsMode') === 'otpPlusPin' ? 'pin' : 'standard' }
        : {}),
      ...(age > 1 && settings.has('PhoneAppMode')
        ? { appMode: settings.text('PhoneAppMode') === 'pin' ? 'pin' : 'standard' }
        : {}),
    }),
    ...pinMode(settings, target, current),
  };
};

const changed = (current: UserView | undefined, wanted: UserChanges): UserChanges =>
  Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => !current || Reflect.get(current, name) !== value,
    ),
  );

/** `PinMode` is that of the method, unless a newer member of the record has it. */
const pinMode = (
  settings: Arguments,
  method: Method,
  current: UserView | undefined,
): UserChanges => {
  const name = pinModeFields[method];
  if (!settings.has('PinMode')) return {};
  const own = { appMode: 'PhoneAppMode', smsMode: 'SmsMode', callMode: '', oathMode: '' }[name];
  if (own !== '' && settings.has(own)) return {};
  const wanted = settings.text('PinMode') === 'pin' ? 'pin' : 'standard';
  return changed(current, { [name]: wanted });
};

const language = (settings: Arguments, method: Method): UserChanges => {
  const tag = settings.has('Language') ? optional(settings, 'Language').trim() : '';
  if (tag === '') return {};
  if (!languageForm.test(tag)) throw new Rejected('invalid', 'language');
  return { [languageFields[method]]: tag };
};

const given = <Key extends 'firstName' | 'lastName' | 'email' | 'group'>(
  settings: Arguments,
  name: string,
  key: Key,
): Partial<Record<Key, string>> | object =>
  settings.has(name) ? { [key]: optional(settings, name) } : {};

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

type PhoneNames = readonly [country: string, number: string, extension: string];
const primaryNames: PhoneNames = ['CountryCode', 'PhoneNumber', 'Extension'];
const backupNames: PhoneNames = ['BackupCountryCode', 'BackupPhoneNumber', 'BackupExtension'];

/** One of the two numbers as text, `+CC number xEXT` (spec/00 'Phone number'); `''` where there is none. */
const phoneText = (phone: Arguments, [country, number, extension]: PhoneNames): string => {
  const digits = optional(phone, number).trim();
  if (digits === '') return '';
  const code = optional(phone, country).trim().replace(/^\+/, '');
  const ext = optional(phone, extension).trim();
  return `${code === '' ? '' : `+${code} `}${digits}${ext === '' ? '' : ` x${ext}`}`;
};

/** What a `UserPhone` record says; the backup number only where the record has it. */
export const phonesOf = (phone: Arguments): { phone: string; backupPhone?: string } => ({
  phone: phoneText(phone, primaryNames),
  ...(phone.has('BackupPhoneNumber') ? { backupPhone: phoneText(phone, backupNames) } : {}),
});

/** The device's own id stands for its push token, which never leaves (contracts/sdk-soap.md section 5). */
export const devicesOf = ({ devices }: UserView): readonly OutputRecord[] =>
  devices.map(({ deviceId, name }) => ({
    DeviceName: name,
    DeviceToken: deviceId,
    OathTokenEnabled: false,
  }));
