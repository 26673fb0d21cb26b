import { ScureBase32Plugin } from 'otplib';

const codec = new ScureBase32Plugin();

/** Longest secret text that is read at all, in characters. */
const maxSecretLength = 256;

/**
 * Reads a base32 secret (RFC 4648 §6) as people and files write it: any case, with spaces, dashes, padding.
 * @throws {RangeError} where the text is no base32
 */
export const decodeBase32 = (text: string): Uint8Array => {
  const plain = text.slice(0, maxSecretLength).replaceAll(/[\s=-]/g, '');
  if (text.length > maxSecretLength || !/^[a-z2-7]{2,}$/i.test(plain)) {
    throw new RangeError('the secret is not base32');
  }
  return codec.decode(dropUnusedBits(plain.toUpperCase()));
};

/** Lower case and unpadded, as secrets stand on the wire (contracts/mobile-app.md section 4). */
export const encodeBase32 = (bytes: Uint8Array): string => codec.encode(bytes).toLowerCase();

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Vendors' files hold secrets whose last character carries bits beyond the last whole byte, or a character
 * that fills no byte at all; the strict codec refuses both, tokens and other servers ignore those bits.
 */
const dropUnusedBits = (text: string): string => {
  const spareBits = (text.length * 5) % 8;
  const whole = spareBits >= 5 ? text.slice(0, -1) : text;
  const bits = (whole.length * 5) % 8;
  const last = alphabet.indexOf(whole.at(-1) ?? 'A');
  return whole.slice(0, -1) + alphabet.charAt((last >> bits) << bits);
};
