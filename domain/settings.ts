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
