import {
  isWeakSecret,
  maxCounter,
  maxSecretLength,
  minSecretBits,
} from '../../domain/oathSecret.ts';
import { maxSerialLength, type TokenLine, type TokenRecord } from '../../domain/tokenFile.ts';

/** What a file holds; warnings are about the file as a whole. */
export type TokenFileContent = {
  readonly lines: readonly TokenLine[];
  readonly warnings: readonly string[];
};

/** Why a line cannot be used; its message names no secret. */
export class TokenFileFault extends Error {
  override readonly name = 'TokenFileFault';
}

const maxTextLength = 128;
const maxUsernameLength = 256;
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const printable = /^[^\u0000-\u001f\u007f]+$/;

export const readSerial = (text: string): string => {
  const serial = text.trim();
  if (serial.length <= maxSerialLength && printable.test(serial)) return serial;
  throw new TokenFileFault(`serial number: 1 to ${maxSerialLength} printable characters`);
};

/**
 * A serial number that may be shown beside a fault. Columns may have been mixed up, so what looks like a secret is
 * not shown.
 */
export const shownSerial = (text: string): string => {
  const serial = text.trim();
  const fits = serial.length <= maxSerialLength && printable.test(serial);
  return fits && !/[A-Za-z2-7]{16}/.test(serial) ? serial : '';
};

/** A secret in base32, as vendors write it. */
export const readSecret = (
  text: string,
  decodeBase32: (text: string) => Uint8Array,
): Pick<TokenRecord, 'secret' | 'weak'> => {
  const secret = text.replaceAll(/[\s=-]/g, '').toUpperCase();
  if (!/^[A-Z2-7]*$/.test(secret))
    throw new TokenFileFault('secret: base32 has the letters A to Z and the digits 2 to 7');
  if (secret.length > maxSecretLength)
    throw new TokenFileFault(`secret: at most ${maxSecretLength} characters`);
  const bits = secret.length < 2 ? 0 : decodeBase32(secret).length * 8;
  if (bits < minSecretBits) throw new TokenFileFault(`secret: at least ${minSecretBits} bits`);
  return { secret, weak: isWeakSecret(bits) };
};

export const readKind = (text: string): TokenRecord['kind'] => {
  const kind = text.trim().toLowerCase();
  if (kind === '' || kind === 'totp') return 'totp';
  if (kind === 'hotp') return 'hotp';
  throw new TokenFileFault('kind: totp or hotp');
};

/** A whole number out of a few. */
export const readChoice = (
  name: string,
  text: string,
  choices: readonly [usual: number, other: number],
): number => {
  const value = text.trim() === '' ? choices[0] : Number(text.trim());
  if (choices.includes(value)) return value;
  throw new TokenFileFault(`${name}: ${choices.join(' or ')}`);
};

export const readCounter = (text: string): number => {
  const counter = text.trim() === '' ? 0 : Number(text.trim());
  if (Number.isInteger(counter) && counter >= 0 && counter <= maxCounter) return counter;
  throw new TokenFileFault(`counter: a whole number from 0 to ${maxCounter}`);
};

export const readUsername = (text: string): string | undefined => {
  const username = text.trim();
  if (username.length <= maxUsernameLength) return username === '' ? undefined : username;
  throw new TokenFileFault(`upn: at most ${maxUsernameLength} characters`);
};

/** Text about a token, cut to what is kept; undefined where there is none. */
export const readText = (text: string): string | undefined => {
  const plain = text.trim().slice(0, maxTextLength);
  return plain !== '' && printable.test(plain) ? plain : undefined;
};
