import { createHash } from 'node:crypto';

/* The part of MS-CHAPv2 that whoever verifies it for us leaves to us (RFC 2759, RFC 3079). */

const sha1 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha1');
  for (const part of parts)
    hash.update(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
  return hash.digest();
};

/** What both sides have sent. */
export type Chap2 = {
  readonly identifier: number;
  /** 16 octets, of the access server. */
  readonly challenge: Buffer;
  /** 16 octets, of the person's side. */
  readonly peerChallenge: Buffer;
  /** 24 octets. */
  readonly response: Buffer;
  /** As it was typed, but for a domain in front. */
  readonly username: Buffer;
};

const identifierAt = 0;
const peerChallengeAt = 2;
const responseAt = 26;
const backslash = 0x5c;

/** Takes the two attributes apart (RFC 2548 §2.3.2); their lengths have been looked at. */
export const readChap2 = (attributes: {
  readonly challenge: Buffer;
  readonly response: Buffer;
  readonly username: Buffer;
}): Chap2 => {
  const { challenge, response, username } = attributes;
  return {
    identifier: response[identifierAt]!,
    challenge,
    peerChallenge: response.subarray(peerChallengeAt, peerChallengeAt + 16),
    response: response.subarray(responseAt),
    username: username.subarray(username.lastIndexOf(backslash) + 1),
  };
};

/** What the response answers: 8 octets (RFC 2759 §8.2). */
export const challengeHash = ({ peerChallenge, challenge, username }: Chap2): Buffer =>
  sha1(peerChallenge, challenge, username).subarray(0, 8);

/** Proves to the person's side that ours knows the password (RFC 2759 §8.7). */
export const authenticatorResponse = (exchange: Chap2, passwordHashHash: Buffer): string => {
  const digest = sha1(
    passwordHashHash,
    exchange.response,
    'Magic server to client signing constant',
  );
  const proof = sha1(digest, challengeHash(exchange), 'Pad to make it do more than one iteration');
  return `S=${proof.toString('hex').toUpperCase()}`;
};

const keyOctets = 16;
const padOctets = 40;
const pad1 = Buffer.alloc(padOctets, 0x00);
const pad2 = Buffer.alloc(padOctets, 0xf2);
const toClient =
  'On the client side, this is the receive key; on the server side, it is the send key.';
const fromClient =
  'On the client side, this is the send key; on the server side, it is the receive key.';

/** Session keys of the access server, 128 bits each (RFC 3079 §3.4). */
export const mppeKeys = (
  { response }: Chap2,
  passwordHashHash: Buffer,
): { readonly send: Buffer; readonly receive: Buffer } => {
  const master = sha1(passwordHashHash, response, 'This is the MPPE Master Key').subarray(
    0,
    keyOctets,
  );
  const keyFor = (magic: string): Buffer => sha1(master, pad1, magic, pad2).subarray(0, keyOctets);
  return { send: keyFor(toClient), receive: keyFor(fromClient) };
};
