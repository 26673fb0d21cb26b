import type { AccountingEvents, RadiusEvents } from '../../../domain/events/radius.ts';
import { count, id, optional, sealed, text, type Shapes } from '../fields.ts';

export const radiusFields = {
  RadiusClientSecured: { clientId: id, address: id },
  RadiusClientReset: { clientId: id },
  RadiusPacketsDropped: { reason: id, packets: count, address: id },
  RadiusSecretDoubted: { clientId: id },
} satisfies Shapes<RadiusEvents>;

const session = {
  clientId: id,
  username: optional(sealed),
  station: optional(sealed),
  framedAddress: optional(sealed),
  nas: optional(text),
};
const usage = {
  seconds: optional(count),
  inputOctets: optional(count),
  outputOctets: optional(count),
};

export const accountingFields = {
  AccountingStarted: session,
  AccountingInterim: { ...session, ...usage },
  AccountingStopped: { ...session, ...usage, cause: optional(count) },
} satisfies Shapes<AccountingEvents>;
