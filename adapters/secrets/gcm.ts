import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { SealBroken } from './port.ts';

/** AES-256-GCM with a random 96-bit nonce and a 128-bit tag (NIST SP 800-38D §8.2.2). */
const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;
/** A key under another one: what {@link encrypt} makes of it. */
export const wrappedKeyBytes = nonceBytes + keyBytes + tagBytes;

/** What a ciphertext is bound to. JSON keeps ("a", "bc") and ("ab", "c") apart. */
export type Binding = readonly (string | number)[];
const additional = (binding: Binding): Buffer => Buffer.from(JSON.stringify(binding), 'utf8');

/**
 * A key object costs OpenSSL a third of what a bare buffer does, so it is worth making one even for a single use.
 * @returns nonce, ciphertext and tag
 */
export function encrypt(key: Uint8Array, binding: Binding, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, createSecretKey(key), nonce, {
    authTagLength: tagBytes,
  });
  cipher.setAAD(additional(binding));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws {SealBroken} if the text, the key or the binding is not the one of {@link encrypt} */
export function decrypt(key: Uint8Array, binding: Binding, sealed: Uint8Array): Buffer {
  if (sealed.length < nonceBytes + tagBytes) throw new SealBroken('sealed text is too short');
  const nonce = sealed.subarray(0, nonceBytes);
  const tagAt = sealed.length - tagBytes;
  const decipher = createDecipheriv(algorithm, createSecretKey(key), nonce, {
    authTagLength: tagBytes,
  });
  decipher.setAAD(additional(binding));
  decipher.setAuthTag(sealed.subarray(tagAt));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, tagAt)), decipher.final()]);
  } catch (cause) {
    throw new SealBroken('sealed text was altered or belongs to another place', { cause });
  }
}

/** A key for one use only, so that no two uses of the master key meet (RFC 5869). */
export const deriveKey = (masterKey: Uint8Array, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', masterKey, 'countersign', use, keyBytes));
