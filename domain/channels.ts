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
  /** Longest that a typed code is waited for. */
  readonly maxCodeSeconds: number;
};

/** As long as any code lives. */
const asSet = 600;
/** Life of a State value (spec/40). */
const radiusStateSeconds = 300;

const traits: Readonly<Record<Channel, ChannelTraits>> = {
  sdk: { typesCodes: true, prefersCodes: false, showsNumber: false, maxCodeSeconds: asSet },
  rest: { typesCodes: true, prefersCodes: true, showsNumber: true, maxCodeSeconds: asSet },
  radius: {
    typesCodes: true,
    prefersCodes: true,
    showsNumber: false,
    maxCodeSeconds: radiusStateSeconds,
  },
  ldap: { typesCodes: false, prefersCodes: false, showsNumber: false, maxCodeSeconds: asSet },
  gate: { typesCodes: true, prefersCodes: true, showsNumber: false, maxCodeSeconds: asSet },
  portal: { typesCodes: true, prefersCodes: true, showsNumber: true, maxCodeSeconds: asSet },
  adfs: { typesCodes: true, prefersCodes: true, showsNumber: false, maxCodeSeconds: asSet },
  cli: { typesCodes: true, prefersCodes: true, showsNumber: true, maxCodeSeconds: asSet },
};

export const traitsOf = (channel: Channel): ChannelTraits => traits[channel];
