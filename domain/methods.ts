/** How a person proves the second factor. */
export const methods = ['app', 'oath', 'sms', 'call'] as const;
export type Method = (typeof methods)[number];

/** The door that a request came through (spec/00 'Channel'). */
export const channels = ['sdk', 'rest', 'radius', 'ldap', 'gate', 'portal', 'adfs', 'cli'] as const;
export type Channel = (typeof channels)[number];

export const appModes = ['standard', 'pin'] as const;
export type AppMode = (typeof appModes)[number];

export const standardOrPin = ['standard', 'pin'] as const;
export type StandardOrPin = (typeof standardOrPin)[number];
export const smsDirections = ['oneWay', 'twoWay'] as const;
export type SmsDirection = (typeof smsDirections)[number];

/** How a person is asked, per method, and in which language (BCP 47 tag). */
export type Preferences = {
  readonly callMode: StandardOrPin;
  readonly smsDirection: SmsDirection;
  readonly smsMode: StandardOrPin;
  readonly oathMode: StandardOrPin;
  readonly callLanguage: string;
  readonly smsLanguage: string;
  readonly appLanguage: string;
  readonly oathLanguage: string;
};

export const preferenceNames = [
  'callMode',
  'smsDirection',
  'smsMode',
  'oathMode',
  'callLanguage',
  'smsLanguage',
  'appLanguage',
  'oathLanguage',
] as const satisfies readonly (keyof Preferences)[];
