import type { Sealed } from '../sealed.ts';

/** Stream radius: what became known about clients, and what was thrown away. */
export type RadiusEvents = {
  /** A client showed from this address that it can prove its packets, so it must from now on (spec/40 `auto`). */
  RadiusClientSecured: { clientId: string; address: string };
  /** An administrator took that back. */
  RadiusClientReset: { clientId: string };
  /** A sample: so many packets in a row, of one reason, that nobody was answered. */
  RadiusPacketsDropped: { reason: string; packets: number; address: string };
  /** As many passwords in a row were wrong that the shared secret may be (spec/40 'Errors'). */
  RadiusSecretDoubted: { clientId: string };
};

/** Stream accounting-<id>: one session, as the access server tells it (RFC 2866). */
export type AccountingEvents = {
  AccountingStarted: Session;
  AccountingInterim: Session & Usage;
  AccountingStopped: Session & Usage & { cause?: number };
};

type Session = {
  readonly clientId: string;
  readonly username?: Sealed;
  readonly station?: Sealed;
  readonly framedAddress?: Sealed;
  readonly nas?: string;
};
type Usage = {
  readonly seconds?: number;
  readonly inputOctets?: number;
  readonly outputOctets?: number;
};
