import { sha256 } from '../digest.ts';
import type { ChallengeRow, DeploymentRow } from '../../adapters/views/port.ts';
import type { NumberMatch } from '../../domain/events/attempts.ts';
import { toMs } from '../../domain/instants.ts';
import type { Settings } from '../../domain/settings.ts';
import { bytesOf, clip, shownPush } from '../../domain/shownPush.ts';
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
  /** The digits that the login shows must be typed. */
  readonly numberMatch: NumberMatch | null;
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
  const { location } = asked.context;
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
    ...(asked.numberMatch === null ? {} : { entropyMode: 'type' }),
    ...(asked.numberMatch === 'typeSix' ? { entropyDigits: '6' } : {}),
    clientAddress: clip(asked.clientAddress, maxTextLength),
    requestedAt: unixSeconds(asked.requestedAt),
    // What the person confirms (spec/65 `context`), and what a device of ours signs.
    ...shownPush({
      application: asked.application,
      account: accountName(installation),
      context: asked.context,
    }),
    ...(location === undefined ? {} : { location: clip(location, maxTitleLength) }),
  });
};

/** N3: the request ended elsewhere; never needs an answer. */
export const withdrawPush = ({ guid }: Pick<ChallengeRow, 'guid'>): Push => ({
  v: '1',
  type: 'withdraw',
  guid,
});

/** Texts that only inform; they give way where a push would grow too large, what a device signs at last. */
const informing = [
  'location',
  'username',
  'clientAddress',
  'contextTitle',
  'applicationName',
  'accountName',
] as const;

const fitted = (push: Record<string, string>): Push => {
  for (const name of informing) {
    while (bytesOf(push) > maxPushBytes && push[name])
      push[name] = clip(push[name], Math.floor(Array.from(push[name]).length / 2));
  }
  return push;
};
