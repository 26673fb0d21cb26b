/** How a person proves the second factor; call and sms are of later issues but belong to the vocabulary. */
export const methods = ['app', 'oath', 'sms', 'call'] as const;
export type Method = (typeof methods)[number];

/** The door that a request came through (spec/00 'Channel'). */
export const channels = ['sdk', 'rest', 'radius', 'ldap', 'gate', 'portal', 'adfs', 'cli'] as const;
export type Channel = (typeof channels)[number];

export const appModes = ['standard', 'pin'] as const;
export type AppMode = (typeof appModes)[number];
