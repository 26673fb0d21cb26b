import { isIP } from 'node:net';
import { z } from 'zod';
import { line } from '../fields.ts';

/** What fields of configuration items are made of. Each says in its error what it wants. */
export const itemId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores')
  .meta({ description: 'Chosen by whoever makes the item, or made by the server.' });

const isBlock = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
};

const asNumber = (address: string): bigint =>
  isIP(address) === 4
    ? address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
    : groupsOf(address).reduce((sum, group) => sum * 65_536n + group, 0n);
const readGroups = (part: string | undefined): readonly bigint[] =>
  part ? part.split(':').map((text) => BigInt(`0x${text}`)) : [];
const groupsOf = (address: string): readonly bigint[] => {
  const [head = '', tail] = address.split('::');
  const before = readGroups(head);
  const after = readGroups(tail);
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: missing }, () => 0n), ...after];
};

const isRange = (text: string): boolean => {
  const [from = '', to = '', ...rest] = text.split('-').map((part) => part.trim());
  // An IPv4 address in an IPv6 one, or a zone, has no place in a range.
  if (rest.length > 0 || isIP(from) === 0 || isIP(from) !== isIP(to)) return false;
  if (isIP(from) === 6 && /[.%]/.test(from + to)) return false;
  return asNumber(from) <= asNumber(to);
};

export const addresses = z
  .string()
  .max(100)
  .refine(
    (text) => isIP(text) !== 0 || isBlock(text) || isRange(text),
    'must be an IP address, a block as in 192.0.2.0/24, or from-to',
  );

/** SHA-256 as `openssl x509 -fingerprint` prints it, or plain. */
export const fingerprint = z
  .string()
  .max(95)
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 fingerprint'));

export const dnsName = z
  .string()
  .max(253)
  .regex(/^(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, 'must be a DNS name');

export const e164 = z
  .string()
  .regex(/^\+[1-9]\d{3,14}$/, 'must be + and 4 to 15 digits')
  .meta({ examples: ['+15555550100'] });

const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
export const isLoopback = (host: string): boolean => loopback.test(host) || host === '::1';

export const url = z
  .string()
  .max(2000)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname, username, password } = new URL(text);
    if (username !== '' || password !== '') return false;
    return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  }, 'must be an https address without a name and password; http only on this machine')
  .meta({ format: 'uri' });

export const host = z
  .string()
  .max(253)
  .refine(
    (text) => isIP(text) !== 0 || /^(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(text),
    'must be a host name or an IP address',
  );
export const port = z.int().min(1).max(65_535);
/** A day at most. */
export const seconds = z.int().min(1).max(86_400);
export const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag as in en or pt-BR')
  .meta({ description: 'BCP 47.' });
export const application = line(64);
export const group = line(128);

const maxSecretLength = 1_000;
/** A secret of somebody else's making; in the clear on its way in only. */
export const secret = (minLength = 1) =>
  line(maxSecretLength, minLength)
    .exactOptional()
    .meta({ writeOnly: true, description: 'Stays as it is where absent.' });
/** Stands in place of a secret that is there; ignored on its way in. */
export const secretIsSet = z.literal(true).exactOptional().meta({ readOnly: true });
