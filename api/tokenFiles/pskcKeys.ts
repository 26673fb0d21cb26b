import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Rejected } from '../../domain/errors.ts';
import type { XmlElement } from '../xml/reader.ts';
import { TokenFileFault } from './fields.ts';
import { base64Of, childAt, textAt } from './pskcXml.ts';

const derive = promisify(pbkdf2);

/** XML Encryption §5.2: the algorithm names its key's length in bytes. */
const ciphers: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc': { name: 'aes-128-cbc', keyBytes: 16 },
  'http://www.w3.org/2001/04/xmlenc#aes192-cbc': { name: 'aes-192-cbc', keyBytes: 24 },
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc': { name: 'aes-256-cbc', keyBytes: 32 },
};
const macs: Readonly<Record<string, string>> = {
  'http://www.w3.org/2000/09/xmldsig#hmac-sha1': 'sha1',
  'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256': 'sha256',
};
const derivation = 'http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2';
const blockBytes = 16;
/** A file must not be able to keep a thread busy for long: this many take half a second. */
const maxIterations = 1_000_000;

/** Opens the secrets of an encrypted container. */
export type OpenValue = (secret: XmlElement) => Buffer;

const known = <T>(names: Readonly<Record<string, T>>, name: string | undefined): T | undefined =>
  name !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;

const unsupported = (what: string): Rejected =>
  new Rejected('invalid', `the file is encrypted with ${what}, which is not supported`);

/**
 * The key of a container that is encrypted with a password (RFC 6030 §6.2), and of its MACs.
 * @returns undefined where the container is not encrypted
 * @throws {Rejected} invalid: no password, a wrong one, or another kind of encryption
 */
export const openContainer = async (
  container: XmlElement,
  password: string | undefined,
): Promise<OpenValue | undefined> => {
  const encryption = childAt(container, 'EncryptionKey');
  if (!encryption) return undefined;
  if (password === undefined || password === '')
    throw new Rejected('invalid', 'the file is encrypted: give its password');
  const key = await passwordKey(encryption, password);
  const method = childAt(container, 'MACMethod');
  const macKey = method && childAt(method, 'MACKey');
  const digest = known(macs, method?.attributes.get('Algorithm'));
  // AES-CBC alone does not show that a value was altered (RFC 6030 §6.1.1).
  if (!macKey || digest === undefined) throw unsupported('values without a known MAC');
  const macBytes = opened(macKey, key);
  if (macBytes === undefined) throw new Rejected('invalid', 'the password is wrong');
  return (secret) => {
    const value = childAt(secret, 'EncryptedValue');
    const mac = textAt(secret, 'ValueMAC');
    if (!value || mac === undefined) throw new TokenFileFault('the secret or its MAC is missing');
    const computed = createHmac(digest, macBytes).update(cipherValue(value)).digest();
    const given = base64Of(mac);
    if (given.length !== computed.length || !timingSafeEqual(given, computed))
      throw new TokenFileFault('the secret was altered: its MAC is wrong');
    const plain = opened(value, key);
    if (plain === undefined) throw new TokenFileFault('the secret cannot be decrypted');
    return plain;
  };
};

const passwordKey = async (encryption: XmlElement, password: string): Promise<Buffer> => {
  const method = childAt(encryption, 'DerivedKey', 'KeyDerivationMethod');
  if (method?.attributes.get('Algorithm') !== derivation)
    throw unsupported('a key that is no password');
  const parameters = childAt(method, 'PBKDF2-params');
  const salt = parameters && textAt(parameters, 'Salt', 'Specified');
  const iterations = Number(parameters && textAt(parameters, 'IterationCount'));
  const keyBytes = Number(parameters && textAt(parameters, 'KeyLength'));
  const prf = childAt(parameters, 'PRF')?.attributes.get('Algorithm');
  const digest = prf === undefined || /hmac-?sha-?1$/i.test(prf) ? 'sha1' : prfOf(prf);
  const fits =
    salt !== undefined &&
    Number.isInteger(iterations) &&
    iterations >= 1 &&
    iterations <= maxIterations &&
    [16, 24, 32].includes(keyBytes);
  if (!fits) throw unsupported('a key derivation out of bounds');
  return await derive(password, base64Of(salt), iterations, keyBytes, digest);
};

const prfOf = (prf: string): string => {
  if (/hmac-?sha-?256$/i.test(prf)) return 'sha256';
  throw unsupported('an unknown key derivation');
};

const cipherValue = (value: XmlElement): Buffer =>
  base64Of(textAt(value, 'CipherData', 'CipherValue') ?? '');

/** The plain bytes behind an initialisation vector; undefined where key or text is wrong. */
const opened = (value: XmlElement, key: Buffer): Buffer | undefined => {
  const cipher = known(ciphers, childAt(value, 'EncryptionMethod')?.attributes.get('Algorithm'));
  if (cipher === undefined || cipher.keyBytes !== key.length)
    throw unsupported('an unknown cipher');
  const bytes = cipherValue(value);
  if (bytes.length < 2 * blockBytes || bytes.length % blockBytes !== 0) return undefined;
  const decipher = createDecipheriv(cipher.name, key, bytes.subarray(0, blockBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(blockBytes)), decipher.final()]);
  } catch {
    return undefined; // The padding does not fit: another key made it.
  }
};
