/** What connections of RADIUS over TLS may cost; packets have their own limits (limits.ts). */
export const radsecLimits = {
  /** Connections of all clients. */
  connections: 512,
  connectionsOfClient: 32,
  /** Connections from one address that have not yet shown whose they are. */
  unprovenOfAddress: 8,
  /** Time for the handshake of TLS. */
  handshakeMs: 10_000,
  /** From the first octet of a packet to its last. */
  packetMs: 10_000,
  /** Without a packet in either direction; Status-Server keeps a connection (RFC 3539 §3.4). */
  idleMs: 600_000,
  /** Answers that a client does not read. */
  unsentOctets: 256 * 1024,
} as const;

export type RadsecLimits = { readonly [K in keyof typeof radsecLimits]: number };
