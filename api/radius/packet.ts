/** Packet codes (RFC 2865 §4, RFC 2866 §4, RFC 5997 §3). */
export const codes = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accountingRequest: 4,
  accountingResponse: 5,
  accessChallenge: 11,
  statusServer: 12,
} as const;

export type Attribute = { readonly type: number; readonly value: Buffer };

export type Packet = {
  readonly code: number;
  readonly identifier: number;
  /** 16 octets. */
  readonly authenticator: Buffer;
  readonly attributes: readonly Attribute[];
};
/** A packet as it came, cut to its own length; what proves it is reckoned over these octets. */
export type ReceivedPacket = Packet & { readonly octets: Buffer };

export const headerOctets = 20;
export const maxPacketOctets = 4096;
const maxAttributes = 200;
const maxValueOctets = 253;
const authenticatorAt = 4;

const messageAuthenticator = 80;
const messageAuthenticatorOctets = 16;
const eapMessage = 79;
/** User-Password and CHAP-Password: how somebody proves themselves who does not speak EAP. */
const passwords: ReadonlySet<number> = new Set([2, 3]);

const readAttributes = (octets: Buffer): readonly Attribute[] | undefined => {
  const attributes: Attribute[] = [];
  for (let at = headerOctets; at < octets.length;) {
    const type = octets[at]!;
    const length = octets[at + 1];
    if (type === 0 || length === undefined || length < 2 || at + length > octets.length)
      return undefined;
    if (attributes.length >= maxAttributes) return undefined;
    attributes.push({ type, value: octets.subarray(at + 2, at + length) });
    at += length;
  }
  return attributes;
};

const fitTogether = (attributes: readonly Attribute[]): boolean => {
  const proofs = attributes.filter(({ type }) => type === messageAuthenticator);
  if (proofs.length > 1) return false;
  if (proofs.some(({ value }) => value.length !== messageAuthenticatorOctets)) return false;
  const has = (fits: (type: number) => boolean) => attributes.some(({ type }) => fits(type));
  return !(has((type) => type === eapMessage) && has((type) => passwords.has(type)));
};

/**
 * Reads one datagram (RFC 2865 §3). Octets after the packet's own length are padding. Anything that is not a whole
 * packet is nothing at all (SEC-01).
 */
export const decodePacket = (datagram: Buffer): ReceivedPacket | undefined => {
  if (datagram.length < headerOctets) return undefined;
  const length = datagram.readUInt16BE(2);
  if (length < headerOctets || length > maxPacketOctets || length > datagram.length)
    return undefined;
  // A copy: the socket may use its memory again, and a waiting login keeps its packet.
  const octets = Buffer.from(datagram.subarray(0, length));
  const attributes = readAttributes(octets);
  if (!attributes || !fitTogether(attributes)) return undefined;
  return {
    code: octets[0]!,
    identifier: octets[1]!,
    authenticator: octets.subarray(authenticatorAt, headerOctets),
    attributes,
    octets,
  };
};

/** @throws {RangeError} where it does not fit into a packet */
export const encodePacket = ({ code, identifier, authenticator, attributes }: Packet): Buffer => {
  const parts = attributes.map(({ type, value }) => {
    if (value.length > maxValueOctets) throw new RangeError(`attribute ${type} is too long`);
    return Buffer.concat([Buffer.from([type, value.length + 2]), value]);
  });
  const header = Buffer.alloc(headerOctets);
  const length = parts.reduce((sum, part) => sum + part.length, headerOctets);
  if (length > maxPacketOctets) throw new RangeError('the packet is too long');
  header[0] = code;
  header[1] = identifier;
  header.writeUInt16BE(length, 2);
  authenticator.copy(header, authenticatorAt);
  return Buffer.concat([header, ...parts]);
};

/** Octets that attributes take in a packet. */
export const octetsOf = (attributes: readonly Attribute[]): number =>
  attributes.reduce((sum, { value }) => sum + value.length + 2, 0);
