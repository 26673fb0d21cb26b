import { sha256 } from '../digest.ts';
import type { ChallengeRow, DeploymentRow } from '../../adapters/views/port.ts';
import { toMs } from '../../domain/instants.ts';
import type { Settings } from '../../domain/settings.ts';
import type { AttemptContext, Push } from '../facade.ts';

/** Most bytes of one push (contracts/mobile-app.md section 6). */
export const maxPushBytes = 3_500;
const maxTitleLength = 120;
const maxTextLength = 256;

export type Installation = {
  readonly settings: Settings;
  readonly deployment: DeploymentRow;
  /** Where the setting is empty. */
  readonly mobileAppUrl: string;
};

/** What an N2 shows and carries, beside the challenge itself. */
export type Asked = {
  readonly requestedAt: string;
  readonly application: string;
  readonly clientAddress: string;
  readonly context: AttemptContext;
  readonly fraudAllowed: boolean;
  readonly fraudBlock: boolean;
  readonly username: string;
  readonly objectId: string;
  readonly showsCodes: boolean;
  readonly mode: 'standard' | 'pin';
  /** The two digits that the login shows must be typed. */
  readonly numberMatch: boolean;
  readonly pinTries: number;
  readonly pinChange: boolean;
};

const unixSeconds = (iso: string): string => String(Math.floor(toMs(iso) / 1000));
const flag = (value: boolean): string => (value ? 'true' : 'false');

/** Host and path as clients want it: they put `https://` before it and `/pad` behind it, literally. */
const padUrl = ({ settings, mobileAppUrl }: Installation): string => {
  const url = (settings.mobileAppUrl || mobileAppUrl).replace(/[?#].*$/, '').replace(/\/+$/, '');
  if (!settings.requireTls && /^http:\/\//i.test(url)) return url;
  return url.replace(/^https?:\/\//i, '');
};

export const accountName = ({ settings, deployment }: Installation): string =>
  settings.accountName || deployment.companyName;

/** N1: is the app behind this token the one that sent the activation code? */
export const validatePush = (challenge: ChallengeRow, installation: Installation): Push => ({
  v: '1',
  type: 'validate',
  source: 'MFA Server',
  alert: 'Multi-factor authentication: checking this device',
  guid: challenge.guid,
  url: padUrl(installation),
  notification_type: 'pull',
  tenantId: installation.deployment.tenantId,
  expiration: unixSeconds(challenge.expiresAt),
  oathCounter: challenge.oathCounter,
});

/** N2: asks the person. */
export const authPush = (
  challenge: ChallengeRow,
  asked: Asked,
  installation: Installation,
): Push => {
  const { deployment } = installation;
  return fitted({
    v: '1',
    type: 'auth',
    source: 'MFA Server',
    guid: challenge.guid,
    url: padUrl(installation),
    notification_type: 'pull',
    mode: asked.mode,
    groupKey: deployment.groupKey,
    userObjectId: sha256(asked.objectId.toLowerCase()),
    phoneAppDetailId: challenge.deviceId,
    tenantId: deployment.tenantId,
    accountName: clip(accountName(installation), maxTextLength),
    username: clip(asked.username, maxTextLength),
    MessageTitle: clip(installation.settings.appTitle, maxTitleLength),
    MessageCategory: 'standard',
    expiration: unixSeconds(challenge.expiresAt),
    fraudAllowed: flag(asked.fraudAllowed),
    fraudBlock: flag(asked.fraudBlock),
    oathCounter: challenge.oathCounter,
    oathTokenEnabled: flag(asked.showsCodes),
    pinRetries: String(asked.mode === 'pin' ? asked.pinTries : 0),
    pinChangeRequired: flag(asked.pinChange),
    userCanChangePin: flag(asked.mode === 'pin' && installation.settings.userCanChangePin),
    // No number goes out: the person types the one that the login shows.
    ...(asked.numberMatch ? { entropyMode: 'type' } : {}),
    applicationName: clip(asked.application, maxTextLength),
    clientAddress: clip(asked.clientAddress, maxTextLength),
    requestedAt: unixSeconds(asked.requestedAt),
    // What the person confirms, beside the application's name (spec/65 `context`).
    ...contextOf(asked.context),
  });
};

const contextOf = ({ title, details, location }: AttemptContext): Record<string, string> => ({
  ...(title === undefined ? {} : { contextTitle: clip(title, maxTitleLength) }),
  ...(details === undefined ? {} : { contextDetails: JSON.stringify(details) }),
  ...(location === undefined ? {} : { location: clip(location, maxTitleLength) }),
});

/** The sealed text is JSON of what the edge checked; one that cannot be read any more shows nothing. */
export const readContext = (text: string): AttemptContext => {
  try {
    const context: unknown = JSON.parse(text);
    return typeof context === 'object' && context !== null ? context : {};
  } catch {
    return {};
  }
};

/** N3: the request ended elsewhere; never needs an answer. */
export const withdrawPush = ({ guid }: Pick<ChallengeRow, 'guid'>): Push => ({
  v: '1',
  type: 'withdraw',
  guid,
});

/** Cuts between characters, never inside one. */
const clip = (text: string, length: number): string => Array.from(text).slice(0, length).join('');

/** Texts that only inform; they give way where a push would grow too large. */
const informing = [
  'contextTitle',
  'location',
  'applicationName',
  'username',
  'accountName',
  'clientAddress',
] as const;

const fitted = (push: Record<string, string>): Push => {
  // Half of a list of pairs would say something else than the whole.
  if (Buffer.byteLength(JSON.stringify(push)) > maxPushBytes) delete push['contextDetails'];
  for (const name of informing) {
    while (Buffer.byteLength(JSON.stringify(push)) > maxPushBytes && push[name])
      push[name] = clip(push[name], Math.floor(Array.from(push[name]).length / 2));
  }
  return push;
};
