import type { ChannelTraits } from './channels.ts';
import type { Method, SmsDirection, StandardOrPin } from './methods.ts';
import type { Settings } from './settings.ts';
import { activeDevices, usableOathSources, type Device, type PresentUser } from './user.ts';

/** How one person is asked this time. */
export type Asking = {
  readonly method: Method;
  readonly mode: StandardOrPin;
  readonly direction?: SmsDirection;
  readonly language: string;
  /** The number that the login shows must be given. */
  readonly numberMatch: boolean;
  /** It has six digits, and only apps that can type them are asked (SEC-37 `strict`). */
  readonly sixDigits?: true;
};

export type Wish = {
  /** How the caller wants the person asked. */
  readonly method: Method | undefined;
  /** A code came with the request. */
  readonly hasCode: boolean;
  readonly traits: ChannelTraits;
  /** The policy of the application, before the company's. */
  readonly numberMatch: 'off' | 'allow' | 'require' | undefined;
  /** The push that tries a new device: nobody logs in with it. */
  readonly isTest?: boolean;
};

const defaultLanguage = 'en';

const modeOf = (user: PresentUser, method: Method): StandardOrPin => {
  if (method === 'app') return user.appMode;
  const { callMode, smsMode, oathMode } = user.preferences;
  return { call: callMode, sms: smsMode, oath: oathMode }[method] ?? 'standard';
};

const languageOf = ({ preferences }: PresentUser, method: Method): string =>
  ({
    call: preferences.callLanguage,
    sms: preferences.smsLanguage,
    app: preferences.appLanguage,
    oath: preferences.oathLanguage,
  })[method] ?? defaultLanguage;

const directionOf = (user: PresentUser): SmsDirection => user.preferences.smsDirection ?? 'oneWay';

/** Something that a code can be typed from: tokens and apps, recovery codes, an access pass. */
export const hasCodes = (user: PresentUser): boolean =>
  usableOathSources(user).length > 0 || user.recoveryHashes.length > 0 || user.pass !== undefined;

/** No plain approval and no choice of three, whatever a policy for one application says (SEC-37). */
const isStrict = ({ isTest }: Wish, { numberMatching }: Settings): boolean =>
  numberMatching === 'strict' && !isTest;

/** Who can be asked by a push: every active device, or those that can type six digits. */
export const devicesToAsk = (user: PresentUser, sixDigits: boolean): readonly Device[] =>
  activeDevices(user).filter((device) => !sixDigits || device.typesSixDigits === true);

const canBeAsked = (
  user: PresentUser,
  method: Method,
  { traits }: Wish,
  strict: boolean,
): boolean => {
  if (modeOf(user, method) === 'pin' && user.pinHash === undefined) return false;
  switch (method) {
    case 'app':
      return devicesToAsk(user, strict).length > 0 && (!strict || traits.showsNumber);
    case 'oath':
      return usableOathSources(user).length > 0 && traits.typesCodes;
    case 'sms':
      return (
        user.phones.primary !== undefined && (traits.typesCodes || directionOf(user) === 'twoWay')
      );
    case 'call':
      return user.phones.primary !== undefined || user.phones.backup !== undefined;
  }
};

/** Whether a push must carry a number: where it can be shown, and after a denial wherever that is so (SEC-37, SEC-38). */
const wantsNumber = (user: PresentUser, wish: Wish, settings: Settings): boolean => {
  if (isStrict(wish, settings)) return true;
  if (!wish.traits.showsNumber || wish.numberMatch === 'off') return false;
  if (wish.numberMatch === 'require') return true;
  return settings.numberMatching !== 'off' || user.pushDenied;
};

/** A push without a number, where policy lets it be one. */
const plainPushAllowed = (wish: Wish, settings: Settings): boolean =>
  wish.numberMatch !== 'require' &&
  settings.numberMatching !== 'required' &&
  settings.allowPlainPush;

const asking = (user: PresentUser, method: Method, wish: Wish, settings: Settings): Asking => ({
  method,
  mode: modeOf(user, method),
  ...(method === 'sms' ? { direction: directionOf(user) } : {}),
  language: languageOf(user, method),
  numberMatch: method === 'app' && wantsNumber(user, wish, settings),
  ...(method === 'app' && isStrict(wish, settings) ? { sixDigits: true } : {}),
});

/**
 * How the person is asked: by what the caller chose, else by what they are set to, else by whatever else they have of
 * apps and codes. Phones are used only where the person is set to them or the caller asks for them: an app that is
 * not there must not weaken a login to a text message.
 * @returns undefined where there is nothing on this channel (`NO_METHOD`)
 */
export const chooseMethod = (
  user: PresentUser,
  wish: Wish,
  settings: Settings,
  pushLimited: boolean,
): Asking | undefined => {
  if (wish.hasCode) return hasCodes(user) ? asking(user, 'oath', wish, settings) : undefined;
  const strict = isStrict(wish, settings);
  const can = (method: Method): boolean => canBeAsked(user, method, wish, strict);
  const chosen = (method: Method): Asking | undefined =>
    can(method) ? asking(user, method, wish, settings) : undefined;
  if (wish.method !== undefined) return chosen(wish.method);
  const preferred = chosen(user.method) ?? chosen('app') ?? chosen('oath');
  if (preferred?.method !== 'app') return preferred;
  // Codes in place of a push that cannot be matched with what the login shows, and of one push too many.
  const unmatched =
    !preferred.numberMatch &&
    ((user.pushDenied && wish.traits.prefersCodes) || !plainPushAllowed(wish, settings));
  if (pushLimited || unmatched)
    return chosen('oath') ?? (canPush(preferred, wish, settings) ? preferred : undefined);
  return preferred;
};

const canPush = (push: Asking, wish: Wish, settings: Settings): boolean =>
  push.numberMatch || plainPushAllowed(wish, settings);
