import { preferenceNames, type AppMode, type Method, type Preferences } from './methods.ts';
import type { Settings } from './settings.ts';

/** What a person without a preference of their own has. Constant: a changed setting touches nobody who is there. */
export const builtInPreferences: Preferences = {
  callMode: 'standard',
  smsDirection: 'oneWay',
  smsMode: 'standard',
  oathMode: 'standard',
  callLanguage: 'en',
  smsLanguage: 'en',
  appLanguage: 'en',
  oathLanguage: 'en',
};

/** What new people get where nobody says otherwise. */
export type NewUserDefaults = {
  readonly method: Method;
  readonly appMode: AppMode;
  readonly enabled: boolean;
} & Preferences;

/** The company's defaults (spec/20 'Company settings'). The catalogue lets nothing else into these settings. */
export const newUserDefaults = (settings: Settings): NewUserDefaults =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- settingFault checks each against `oneOf`
  ({
    method: settings.newUserMethod,
    appMode: settings.newUserAppMode,
    enabled: settings.newUserEnabled,
    callMode: settings.newUserCallMode,
    smsDirection: settings.newUserSmsDirection,
    smsMode: settings.newUserSmsMode,
    oathMode: settings.newUserOathMode,
    callLanguage: settings.newUserCallLanguage,
    smsLanguage: settings.newUserSmsLanguage,
    appLanguage: settings.newUserAppLanguage,
    oathLanguage: settings.newUserOathLanguage,
  }) as NewUserDefaults;

/** Preferences that must be put on record: those that differ from the built-in ones. */
export const recordedPreferences = (
  given: Partial<Preferences>,
  defaults: Preferences,
): Partial<Preferences> =>
  Object.fromEntries(
    preferenceNames
      .map((name) => [name, given[name] ?? defaults[name]] as const)
      .filter(([name, value]) => value !== builtInPreferences[name]),
  );
