import type { Channel } from './methods.ts';

/** What a caller of a channel can do beyond waiting for an answer (spec/10 'Where a method can be used'). */
export type ChannelTraits = {
  /** The person can be asked for a code after the request. */
  readonly typesCodes: boolean;
  /**
   * Asks for a code where one is safer than a push. Scripts on the SDK wait for a push as they always did, and would
   * take a wait for a code for a refusal.
   */
  readonly prefersCodes: boolean;
  /** The person can be shown a number (SEC-37). */
  readonly showsNumber: boolean;
};

const traits: Readonly<Record<Channel, ChannelTraits>> = {
  sdk: { typesCodes: true, prefersCodes: false, showsNumber: false },
  rest: { typesCodes: true, prefersCodes: true, showsNumber: true },
  radius: { typesCodes: true, prefersCodes: true, showsNumber: false },
  ldap: { typesCodes: false, prefersCodes: false, showsNumber: false },
  gate: { typesCodes: true, prefersCodes: true, showsNumber: false },
  portal: { typesCodes: true, prefersCodes: true, showsNumber: true },
  adfs: { typesCodes: true, prefersCodes: true, showsNumber: false },
  cli: { typesCodes: true, prefersCodes: true, showsNumber: true },
};

export const traitsOf = (channel: Channel): ChannelTraits => traits[channel];
