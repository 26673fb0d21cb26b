import { newUserSettings } from './newUserSettings.ts';
import { retentionSettings } from './retention.ts';

/** A company setting: its unit stands in its name, its bounds and meaning here, for every front end. */
type Setting =
  | { readonly default: number; readonly min: number; readonly max: number; readonly about: string }
  | { readonly default: boolean; readonly about: string }
  | {
      readonly default: string;
      readonly oneOf?: readonly string[];
      readonly maxLength: number;
      readonly about: string;
    };

/** Company settings with the defaults of spec/10, spec/20 and spec/70; changed by events, never in place. */
export const settingsCatalogue = {
  accountName: {
    default: '',
    maxLength: 64,
    about: 'Company label that apps show; the deployment name where empty.',
  },
  mobileAppUrl: {
    default: '',
    maxLength: 500,
    about: 'Public https address of the mobile service; made from the request where empty.',
  },
  requireTls: {
    default: true,
    about: 'Refuse plain HTTP on the mobile service; off only behind a TLS-terminating proxy.',
  },
  whenUserDisabled: {
    default: 'fail',
    oneOf: ['fail', 'succeed'],
    maxLength: 8,
    about: 'What an attempt of a disabled user ends with.',
  },
  requestSeconds: { default: 60, min: 15, max: 180, about: 'Life of a push.' },
  codeSeconds: {
    default: 120,
    min: 30,
    max: 600,
    about: 'How long an attempt waits for a typed code.',
  },
  activationCodeMinutes: { default: 10, min: 1, max: 60, about: 'Life of an activation code.' },
  activationWaitSeconds: {
    default: 45,
    min: 5,
    max: 85,
    about: 'How long ActivateNew waits for the device.',
  },
  deviceLimit: { default: 1, min: 1, max: 10, about: 'Active devices a user may have.' },
  oathInApp: {
    default: true,
    about: 'Hand a seed to apps at activation, so that they show codes.',
  },
  oathWindow: {
    default: 1,
    min: 0,
    max: 2,
    about: 'Steps before and after the current one that count.',
  },
  codeTries: { default: 3, min: 1, max: 10, about: 'Codes that one attempt may try.' },
  fraudAllowed: { default: true, about: 'Let people deny and report fraud.' },
  fraudBlock: { default: true, about: 'Block a user at once who reports fraud.' },
  blockDays: { default: 90, min: 1, max: 365, about: 'Length of a block.' },
  duplicateGraceSeconds: {
    default: 10,
    min: 0,
    max: 30,
    about: 'How long after an approval an equal request is answered from it.',
  },
  pushLimitPerHour: {
    default: 5,
    min: 1,
    max: 100,
    about: 'Unanswered or denied pushes an hour before codes only.',
  },
  numberMatching: {
    default: 'whereShown',
    oneOf: ['off', 'whereShown', 'required', 'strict'],
    maxLength: 10,
    about:
      'Pushes that want the number which the login shows: never, on channels that can show one, no push without, or six digits and only to apps that can type them.',
  },
  allowPlainPush: {
    default: true,
    about: 'Push without a number on channels that cannot show one to people who have no codes.',
  },
  whenDeliveryUnreachable: {
    default: 'fail',
    oneOf: ['fail', 'oath', 'succeed'],
    maxLength: 8,
    about: 'What an attempt does where no provider takes a call or a text.',
  },
  smsCodeSeconds: { default: 300, min: 30, max: 600, about: 'Life of a code that was texted.' },
  smsReplySeconds: { default: 180, min: 30, max: 600, about: 'Time to answer a text message.' },
  callSeconds: {
    default: 85,
    min: 30,
    max: 180,
    about: 'Time for a call, each number of its own.',
  },
  loginApprovalSeconds: {
    default: 300,
    min: 30,
    max: 600,
    about: 'How long a login waits for other people to approve, where its policy wants them.',
  },
  fraudCode: {
    default: '0',
    maxLength: 6,
    about: 'Digits that report fraud during a call, followed by #.',
  },
  pinTries: { default: 3, min: 1, max: 10, about: 'PINs that one attempt may try.' },
  pinMinLength: { default: 4, min: 4, max: 8, about: 'Fewest digits of a PIN.' },
  pinWeakRefused: {
    default: true,
    about: 'Refuse PINs of repeated or sequential digits or of digits of the own phone.',
  },
  pinMaxAgeDays: {
    default: 0,
    min: 0,
    max: 365,
    about: 'Age at which a PIN must be changed; 0: none.',
  },
  pinHistory: { default: 0, min: 0, max: 10, about: 'Earlier PINs that may not come again.' },
  userCanChangePin: { default: false, about: 'Let people change their PIN in the app.' },
  lockoutDenials: {
    default: 5,
    min: 0,
    max: 99,
    about: 'Denials with a wrong PIN that lock an account; 0: none do.',
  },
  lockoutResetMinutes: {
    default: 10,
    min: 1,
    max: 1_440,
    about: 'After how long such a denial no longer counts.',
  },
  lockoutMinutes: { default: 10, min: 1, max: 10_080, about: 'How long an account stays locked.' },
  bypassSeconds: {
    default: 300,
    min: 1,
    max: 86_400,
    about: 'Life of a one-time bypass where none is given.',
  },
  smsText: {
    default: '<$company$>: <$code$> is your verification code for <$application_name$>.',
    maxLength: 300,
    about: 'Text message whose code is typed into the login.',
  },
  smsTextPin: {
    default:
      '<$company$>: <$code$> is your verification code for <$application_name$>. Type it followed by your PIN.',
    maxLength: 300,
    about: 'The same where the PIN is typed behind the code.',
  },
  smsReplyText: {
    default: '<$company$>: reply with <$code$> to sign in to <$application_name$>.',
    maxLength: 300,
    about: 'Text message that is answered with its code.',
  },
  smsReplyTextPin: {
    default:
      '<$company$>: reply with <$code$> followed by your PIN to sign in to <$application_name$>.',
    maxLength: 300,
    about: 'The same where the PIN follows the code.',
  },
  oathPrompt: {
    default: 'Enter the code of your authenticator for <$application_name$>',
    maxLength: 200,
    about: 'Prompt for a code of an OATH token.',
  },
  appTitle: {
    default: 'Sign-in request',
    maxLength: 120,
    about: 'Title of a push.',
  },
  ...newUserSettings,
  ...retentionSettings,
  guessesPerFiveMinutes: {
    default: 10,
    min: 1,
    max: 10,
    about: 'Codes evaluated for one user in five minutes, over all doors.',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settingsCatalogue;
type Widen<T> = T extends number ? number : T extends boolean ? boolean : string;
export type Settings = {
  readonly [N in SettingName]: Widen<(typeof settingsCatalogue)[N]['default']>;
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries forgets the names
export const defaultSettings = Object.fromEntries(
  Object.entries(settingsCatalogue).map(([name, setting]) => [name, setting.default]),
) as unknown as Settings;

/** Why a value does not fit a setting, in words that name the fix; undefined where it fits. */
export const settingFault = (name: string, value: unknown): string | undefined => {
  const catalogue: Readonly<Record<string, Setting>> = settingsCatalogue;
  const setting = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (!setting) return `there is no setting "${name}"`;
  if ('min' in setting) {
    const fits = typeof value === 'number' && Number.isInteger(value);
    return fits && value >= setting.min && value <= setting.max
      ? undefined
      : `${name} must be a whole number from ${setting.min} to ${setting.max}`;
  }
  if ('maxLength' in setting) return textFault(name, setting, value);
  return typeof value === 'boolean' ? undefined : `${name} must be true or false`;
};

const textFault = (
  name: string,
  { oneOf, maxLength }: { readonly oneOf?: readonly string[]; readonly maxLength: number },
  value: unknown,
): string | undefined => {
  if (oneOf !== undefined)
    return oneOf.some((allowed) => allowed === value)
      ? undefined
      : `${name} must be one of ${oneOf.join(', ')}`;
  return typeof value === 'string' && value.length <= maxLength
    ? undefined
    : `${name} must be a text of at most ${maxLength} characters`;
};
