import {
  createHash,
  createHmac,
  createSecretKey,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { types } from './attributes.ts';
import {
  codes,
  encodePacket,
  headerOctets,
  type Attribute,
  type Packet,
  type ReceivedPacket,
} from './packet.ts';

/** What proves a packet. Digests are buffers throughout and compared as such (SEC-02). */
export type Secret = Buffer;

const digestOctets = 16;
const authenticatorAt = 4;
const proofHeaderOctets = 2;
const zeros = Buffer.alloc(digestOctets);

const md5 = (...parts: readonly Buffer[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const keys = new WeakMap<Secret, KeyObject>();
/** The key of a secret, made once: to make it anew for each packet costs more than the proof itself. */
export const keyOf = (secret: Secret): KeyObject => {
  const known = keys.get(secret) ?? createSecretKey(secret);
  keys.set(secret, known);
  return known;
};

const withAuthenticator = (octets: Buffer, authenticator: Buffer): Buffer => {
  const copy = Buffer.from(octets);
  authenticator.copy(copy, authenticatorAt);
  return copy;
};

/** Where the value of Message-Authenticator begins. */
const proofAt = (octets: Buffer): number | undefined => {
  for (let at = headerOctets; at + 1 < octets.length; at += octets[at + 1]!)
    if (octets[at] === types.messageAuthenticator) return at + proofHeaderOctets;
  return undefined;
};

/** HMAC-MD5 over the packet with the value zeroed (RFC 3579 §3.2). */
const proofOver = (octets: Buffer, at: number, secret: Secret): Buffer => {
  const copy = Buffer.from(octets);
  copy.fill(0, at, at + digestOctets);
  return createHmac('md5', keyOf(secret)).update(copy).digest();
};

/**
 * The proof of a packet that came: of a request over its own octets, of a reply with the authenticator of its request,
 * of an accounting request with zeros.
 */
export const messageAuthenticatorOf = (
  packet: ReceivedPacket,
  secret: Secret,
  requestAuthenticator?: Buffer,
): 'absent' | 'valid' | 'invalid' => {
  const at = proofAt(packet.octets);
  if (at === undefined) return 'absent';
  const over = requestAuthenticator ?? packet.authenticator;
  const expected = proofOver(withAuthenticator(packet.octets, over), at, secret);
  const given = packet.octets.subarray(at, at + digestOctets);
  return timingSafeEqual(expected, given) ? 'valid' : 'invalid';
};

export const accountingProofOf = (packet: ReceivedPacket, secret: Secret) =>
  messageAuthenticatorOf(packet, secret, zeros);

/** MD5(Code+ID+Length+RequestAuth+Attributes+Secret) (RFC 2865 §3). */
const responseAuthenticator = (octets: Buffer, requestAuthenticator: Buffer, secret: Secret) =>
  md5(withAuthenticator(octets, requestAuthenticator), secret);

/** Whether a reply belongs to a request of ours. */
export const isReplyTo = (
  reply: ReceivedPacket,
  requestAuthenticator: Buffer,
  secret: Secret,
): boolean =>
  timingSafeEqual(
    responseAuthenticator(reply.octets, requestAuthenticator, secret),
    reply.authenticator,
  );

/** An accounting request proves itself by its authenticator (RFC 2866 §3). */
export const isAccountingRequest = (packet: ReceivedPacket, secret: Secret): boolean =>
  isReplyTo(packet, zeros, secret);

const proof: Attribute = { type: types.messageAuthenticator, value: zeros };

type Unsigned = Pick<Packet, 'code' | 'identifier' | 'attributes'>;

/** Octets of a packet whose first attribute is its proof. */
const proven = (packet: Unsigned, authenticator: Buffer, secret: Secret): Buffer => {
  const attributes = [proof, ...packet.attributes];
  const octets = encodePacket({ ...packet, authenticator, attributes });
  const at = headerOctets + proofHeaderOctets;
  proofOver(octets, at, secret).copy(octets, at);
  return octets;
};

/** A reply with Message-Authenticator as its first attribute (SEC-05). */
export const signReply = (
  reply: Unsigned,
  { authenticator }: Pick<Packet, 'authenticator'>,
  secret: Secret,
): Buffer => {
  const octets = proven(reply, authenticator, secret);
  return withAuthenticator(octets, responseAuthenticator(octets, authenticator, secret));
};

/** The answer to an accounting request (RFC 2866 §3). */
export const signAccountingReply = (
  reply: Unsigned,
  { authenticator }: Pick<Packet, 'authenticator'>,
  secret: Secret,
): Buffer => {
  const octets = encodePacket({ ...reply, authenticator });
  return withAuthenticator(octets, responseAuthenticator(octets, authenticator, secret));
};

/** A fresh authenticator for a request of ours; never one that can be guessed (SEC-06). */
export const newAuthenticator = (): Buffer => randomBytes(digestOctets);

/** A request of ours, Message-Authenticator first. */
export const signRequest = (
  request: Omit<Unsigned, 'code'>,
  authenticator: Buffer,
  secret: Secret,
): Buffer => proven({ ...request, code: codes.accessRequest }, authenticator, secret);

/** An accounting request of ours. */
export const signAccountingRequest = (request: Omit<Unsigned, 'code'>, secret: Secret): Buffer => {
  const octets = encodePacket({
    ...request,
    code: codes.accountingRequest,
    authenticator: zeros,
  });
  return withAuthenticator(octets, responseAuthenticator(octets, zeros, secret));
};
