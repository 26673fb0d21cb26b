import type { Channel } from './methods.ts';

/** What a caller of a channel can do beyond waiting for an answer (spec/10 'Where a method can be used'). */
export type ChannelTraits = {
  /** The person can be asked for a code after the request. */
  readonly typesCodes: boolean;
  /** The person can be shown a number (SEC-37). */
  readonly showsNumber: boolean;
};

const traits: Readonly<Record<Channel, ChannelTraits>> = {
  sdk: { typesCodes: true, showsNumber: false },
  rest: { typesCodes: true, showsNumber: true },
  radius: { typesCodes: true, showsNumber: false },
  ldap: { typesCodes: false, showsNumber: false },
  gate: { typesCodes: true, showsNumber: false },
  portal: { typesCodes: true, showsNumber: true },
  adfs: { typesCodes: true, showsNumber: false },
  cli: { typesCodes: true, showsNumber: true },
};

export const traitsOf = (channel: Channel): ChannelTraits => traits[channel];
