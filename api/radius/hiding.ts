import { createHash } from 'node:crypto';

const blockOctets = 16;
const maxPasswordOctets = 128;

const md5 = (...parts: readonly Buffer[]): Buffer =>
  createHash('md5').update(Buffer.concat(parts)).digest();

const xor = (one: Buffer, other: Buffer): Buffer =>
  Buffer.from(one.map((octet, at) => octet ^ other[at]!));

const blocksOf = (octets: Buffer): readonly Buffer[] =>
  Array.from({ length: octets.length / blockOctets }, (_, at) =>
    octets.subarray(at * blockOctets, (at + 1) * blockOctets),
  );

const padded = (octets: Buffer): Buffer => {
  const length = Math.max(blockOctets, Math.ceil(octets.length / blockOctets) * blockOctets);
  return Buffer.concat([octets], length);
};

/** Each block is hidden by a digest over the hidden block before it (RFC 2865 §5.2). */
const hideBlocks = (plain: Buffer, seed: Buffer, secret: Buffer): Buffer => {
  let before = seed;
  return Buffer.concat(blocksOf(plain).map((block) => (before = xor(block, md5(secret, before)))));
};

const revealBlocks = (hidden: Buffer, seed: Buffer, secret: Buffer): Buffer =>
  Buffer.concat(
    blocksOf(hidden).map((block, at, blocks) => xor(block, md5(secret, blocks[at - 1] ?? seed))),
  );

const isHidden = (value: Buffer): boolean =>
  value.length >= blockOctets &&
  value.length <= maxPasswordOctets &&
  value.length % blockOctets === 0;

/** User-Password as it travels (RFC 2865 §5.2). @throws {RangeError} above 128 octets */
export const hidePassword = (password: Buffer, authenticator: Buffer, secret: Buffer): Buffer => {
  if (password.length > maxPasswordOctets) throw new RangeError('the password is too long');
  return hideBlocks(padded(password), authenticator, secret);
};

/** The password without the NULs behind it (SEC-12); undefined where it cannot be one. */
export const revealPassword = (
  hidden: Buffer,
  authenticator: Buffer,
  secret: Buffer,
): Buffer | undefined => {
  if (!isHidden(hidden)) return undefined;
  const plain = revealBlocks(hidden, authenticator, secret);
  let end = plain.length;
  while (end > 0 && plain[end - 1] === 0) end -= 1;
  return plain.subarray(0, end);
};

const saltOctets = 2;

/**
 * MS-MPPE-Send-Key, MS-MPPE-Recv-Key and Tunnel-Password (RFC 2548 §2.4.2, RFC 2868 §3.5): a salt, then the length and
 * the value, hidden.
 */
export const revealSalted = (
  value: Buffer,
  authenticator: Buffer,
  secret: Buffer,
): { readonly salt: Buffer; readonly plain: Buffer } | undefined => {
  const hidden = value.subarray(saltOctets);
  if (hidden.length < blockOctets || hidden.length % blockOctets !== 0) return undefined;
  const salt = value.subarray(0, saltOctets);
  const plain = revealBlocks(hidden, Buffer.concat([authenticator, salt]), secret);
  const length = plain[0]!;
  return length > plain.length - 1 ? undefined : { salt, plain: plain.subarray(1, 1 + length) };
};

export const hideSalted = (
  { salt, plain }: { readonly salt: Buffer; readonly plain: Buffer },
  authenticator: Buffer,
  secret: Buffer,
): Buffer => {
  const block = padded(Buffer.concat([Buffer.from([plain.length]), plain]));
  return Buffer.concat([salt, hideBlocks(block, Buffer.concat([authenticator, salt]), secret)]);
};

/** MS-CHAP-MPPE-Keys (RFC 2548 §2.4.1) is hidden as a password is, and may end in NULs. */
export const revealKeys = (
  hidden: Buffer,
  authenticator: Buffer,
  secret: Buffer,
): Buffer | undefined =>
  isHidden(hidden) ? revealBlocks(hidden, authenticator, secret) : undefined;
export const hideKeys = (plain: Buffer, authenticator: Buffer, secret: Buffer): Buffer =>
  hideBlocks(plain, authenticator, secret);
