import { setImmediate as nextTurn } from 'node:timers/promises';
import { Rejected } from '../../domain/errors.ts';
import { maxTokenRows, type TokenLine, type TokenRecord } from '../../domain/tokenFile.ts';
import { present } from '../../domain/present.ts';
import { readXmlInTurns, XmlRefused, type XmlElement } from '../xml/reader.ts';
import {
  readChoice,
  readCounter,
  readSecret,
  readSerial,
  readText,
  shownSerial,
  TokenFileFault,
  type TokenFileContent,
} from './fields.ts';
import { openContainer, type OpenValue } from './pskcKeys.ts';
import { base64Of, childAt, pskcLimits, textAt } from './pskcXml.ts';

export type Base32 = {
  readonly decode: (text: string) => Uint8Array;
  readonly encode: (bytes: Uint8Array) => string;
};

/** RFC 6030 §10: names of algorithms, as vendors end them. */
const algorithms = /[:#](hotp|totp)$/i;

/**
 * Reads a portable symmetric key container (RFC 6030), plain or encrypted with a password. Lines are key packages,
 * counted from 1.
 * @throws {Rejected} invalid, limitReached
 */
export const readPskc = async (
  bytes: Uint8Array,
  password: string | undefined,
  base32: Base32,
): Promise<TokenFileContent> => {
  const container = await containerOf(bytes);
  const open = await openContainer(container, password);
  const packages = container.children.filter(({ name }) => name === 'KeyPackage');
  if (packages.length > maxTokenRows)
    throw new Rejected('limitReached', `a file has at most ${maxTokenRows} tokens`);
  const lines: TokenLine[] = [];
  for (const keyPackage of packages) {
    lines.push(lineOf(lines.length + 1, keyPackage, open, base32));
    if (lines.length % 200 === 0) await nextTurn();
  }
  const signed = childAt(container, 'Signature') !== undefined;
  return { lines, warnings: signed ? ['the signature of the file was not checked'] : [] };
};

const containerOf = async (bytes: Uint8Array): Promise<XmlElement> => {
  let root: XmlElement;
  try {
    root = await readXmlInTurns(Buffer.from(bytes), pskcLimits);
  } catch (error) {
    if (!(error instanceof XmlRefused)) throw error;
    throw new Rejected('invalid', `the file is no XML that is read here: ${error.reason}`);
  }
  if (root.name !== 'KeyContainer')
    throw new Rejected('invalid', 'the file is no key container (RFC 6030)');
  return root;
};

const lineOf = (
  line: number,
  keyPackage: XmlElement,
  open: OpenValue | undefined,
  base32: Base32,
): TokenLine => {
  const key = childAt(keyPackage, 'Key');
  const serial = textAt(keyPackage, 'DeviceInfo', 'SerialNo') ?? key?.attributes.get('Id') ?? '';
  try {
    if (!key) throw new TokenFileFault('the package has no key');
    return { line, token: tokenOf(keyPackage, key, serial, open, base32) };
  } catch (error) {
    if (!(error instanceof TokenFileFault)) throw error;
    return { line, serial: shownSerial(serial), fault: error.message };
  }
};

const tokenOf = (
  keyPackage: XmlElement,
  key: XmlElement,
  serial: string,
  open: OpenValue | undefined,
  base32: Base32,
): TokenRecord => {
  const algorithm = algorithms.exec(key.attributes.get('Algorithm') ?? '')?.[1]?.toLowerCase();
  if (algorithm === undefined) throw new TokenFileFault('algorithm: HOTP or TOTP');
  const suite = textAt(key, 'AlgorithmParameters', 'Suite') ?? '';
  if (suite !== '' && !/sha-?1$/i.test(suite))
    throw new TokenFileFault('algorithm: only HMAC-SHA-1 is supported');
  const format = childAt(key, 'AlgorithmParameters', 'ResponseFormat');
  if ((format?.attributes.get('Encoding') ?? 'DECIMAL') !== 'DECIMAL')
    throw new TokenFileFault('response format: decimal digits only');
  const plain = (name: string) => textAt(key, 'Data', name, 'PlainValue') ?? '';
  const device = (name: string) => readText(textAt(keyPackage, 'DeviceInfo', name) ?? '');
  return {
    serial: readSerial(serial),
    ...readSecret(base32.encode(secretOf(key, open)), base32.decode),
    kind: algorithm === 'hotp' ? 'hotp' : 'totp',
    digits: readChoice('digits', format?.attributes.get('Length') ?? '', [6, 8]),
    periodSeconds: readChoice('interval', plain('TimeInterval'), [30, 60]),
    counter: readCounter(plain('Counter')),
    ...present({ manufacturer: device('Manufacturer'), model: device('Model') }),
  };
};

const secretOf = (key: XmlElement, open: OpenValue | undefined): Buffer => {
  const secret = childAt(key, 'Data', 'Secret');
  if (!secret) throw new TokenFileFault('the key has no secret');
  const plain = textAt(secret, 'PlainValue');
  if (plain !== undefined) return base64Of(plain);
  if (!open) throw new TokenFileFault('the secret is encrypted, but the file names no key');
  return open(secret);
};
