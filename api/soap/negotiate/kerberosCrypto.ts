import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { TokenRefused } from './der.ts';

/** A long-term or session key with its encryption type (RFC 3961 §6). */
export type Key = { readonly type: number; readonly value: Buffer };

/** AES with HMAC-SHA1 (RFC 3962) and with HMAC-SHA2 (RFC 8009); older types are not taken. */
const profiles: Readonly<
  Record<
    number,
    {
      readonly bits: 128 | 256;
      readonly hash: 'sha1' | 'sha256' | 'sha384';
      readonly macOctets: number;
    }
  >
> = {
  17: { bits: 128, hash: 'sha1', macOctets: 12 },
  18: { bits: 256, hash: 'sha1', macOctets: 12 },
  19: { bits: 128, hash: 'sha256', macOctets: 16 },
  20: { bits: 256, hash: 'sha384', macOctets: 24 },
};
export const isKnownType = (type: number): boolean => type in profiles;

const blockOctets = 16;
const noVector = Buffer.alloc(blockOctets);

const profileOf = ({ type, value }: Key) => {
  const profile = profiles[type];
  if (!profile || value.length * 8 !== profile.bits) throw new TokenRefused('no such key');
  return profile;
};

/** RFC 3961 §5.1. */
export const nFold = (input: Buffer, octets: number): Buffer => {
  const greatest = (a: number, b: number): number => (b === 0 ? a : greatest(b, a % b));
  const bits = input.length * 8;
  const total = (input.length * octets) / greatest(input.length, octets);
  const sum = new Uint32Array(octets);
  for (let index = 0; index < total; index += 1) {
    const turned = (13 * Math.floor(index / input.length)) % bits;
    // The octet of the input that stands here after it was turned right so many bits.
    const from = ((((index % input.length) * 8 - turned) % bits) + bits) % bits;
    const high = input[Math.floor(from / 8)]!;
    const low = input[(Math.floor(from / 8) + 1) % input.length]!;
    const shift = from % 8;
    sum[index % octets]! += ((high << shift) | (low >> (8 - shift))) & 0xff;
  }
  // One's complement addition: what is carried out of the top comes in at the bottom.
  let carry = 0;
  do {
    for (let index = octets - 1; index >= 0; index -= 1) {
      const value = sum[index]! + carry;
      sum[index] = value & 0xff;
      carry = value >> 8;
    }
  } while (carry > 0);
  return Buffer.from(sum);
};

const block = (value: Buffer, plain: Buffer): Buffer => {
  const cipher = createCipheriv(`aes-${value.length * 8}-ecb`, value, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
};

/** DK (RFC 3961 §5.1) for the SHA-1 types. */
const derivedBySha1 = (value: Buffer, constant: Buffer): Buffer => {
  const blocks: Buffer[] = [];
  let last = nFold(constant, blockOctets);
  for (let octets = 0; octets < value.length; octets += blockOctets) {
    last = block(value, last);
    blocks.push(last);
  }
  return Buffer.concat(blocks).subarray(0, value.length);
};

/** KDF-HMAC-SHA2 (RFC 8009 §3). */
const derivedBySha2 = (key: Key, label: Buffer, bits: number): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bits);
  return createHmac(profileOf(key).hash, key.value)
    .update(Buffer.concat([Buffer.from([0, 0, 0, 1]), label, Buffer.from([0]), size]))
    .digest()
    .subarray(0, bits / 8);
};

const keysFor = (
  key: Key,
  usage: number,
): { readonly encryption: Buffer; readonly integrity: Buffer } => {
  const constant = (last: number): Buffer => {
    const octets = Buffer.alloc(5);
    octets.writeUInt32BE(usage);
    octets[4] = last;
    return octets;
  };
  const { hash, bits, macOctets } = profileOf(key);
  if (hash === 'sha1')
    return {
      encryption: derivedBySha1(key.value, constant(0xaa)),
      integrity: derivedBySha1(key.value, constant(0x55)),
    };
  return {
    encryption: derivedBySha2(key, constant(0xaa), bits),
    integrity: derivedBySha2(key, constant(0x55), macOctets * 8),
  };
};

/** CBC with ciphertext stealing, the last two blocks always exchanged (RFC 3962 §5). */
const decryptBlocks = (value: Buffer, cipher: Buffer): Buffer => {
  const cbc = (bytes: Buffer, vector: Buffer): Buffer => {
    const decipher = createDecipheriv(`aes-${value.length * 8}-cbc`, value, vector);
    decipher.setAutoPadding(false);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  };
  if (cipher.length === blockOctets) return cbc(cipher, noVector);
  const lastOctets = cipher.length % blockOctets || blockOctets;
  const before = cipher.subarray(0, cipher.length - lastOctets - blockOctets);
  const next = cipher.subarray(before.length, before.length + blockOctets);
  const last = cipher.subarray(before.length + blockOctets);
  const raw = cbc(next, noVector);
  const stolen = Buffer.concat([last, raw.subarray(lastOctets)]);
  const tail = Buffer.from(raw.subarray(0, lastOctets).map((octet, index) => octet ^ last[index]!));
  return Buffer.concat([cbc(Buffer.concat([before, stolen]), noVector), tail]);
};

const encryptBlocks = (value: Buffer, plain: Buffer): Buffer => {
  const lastOctets = plain.length % blockOctets || blockOctets;
  const padded = Buffer.concat([plain, Buffer.alloc(blockOctets - lastOctets)]);
  const cipher = createCipheriv(`aes-${value.length * 8}-cbc`, value, noVector);
  cipher.setAutoPadding(false);
  const all = Buffer.concat([cipher.update(padded), cipher.final()]);
  if (plain.length <= blockOctets) return all;
  const swapped = all.length - 2 * blockOctets;
  return Buffer.concat([
    all.subarray(0, swapped),
    all.subarray(swapped + blockOctets),
    all.subarray(swapped, swapped + lastOctets),
  ]);
};

/** Over the plain text in the SHA-1 types, over vector and cipher text in the SHA-2 types. */
const macOf = (key: Key, integrity: Buffer, plain: Buffer, cipher: Buffer): Buffer => {
  const { hash, macOctets } = profileOf(key);
  const mac = createHmac(hash, integrity);
  mac.update(hash === 'sha1' ? plain : Buffer.concat([noVector, cipher]));
  return mac.digest().subarray(0, macOctets);
};

/** @throws {TokenRefused} for what was not made with this key for this usage */
export const decrypt = (key: Key, usage: number, sealed: Buffer): Buffer => {
  const { macOctets } = profileOf(key);
  const cipher = sealed.subarray(0, Math.max(0, sealed.length - macOctets));
  if (cipher.length < blockOctets) throw new TokenRefused('too short');
  const { encryption, integrity } = keysFor(key, usage);
  const plain = decryptBlocks(encryption, cipher);
  const given = sealed.subarray(cipher.length);
  if (!timingSafeEqual(given, macOf(key, integrity, plain, cipher)))
    throw new TokenRefused('made with another key');
  // What comes first is there to make equal texts differ.
  return plain.subarray(blockOctets);
};

export const encrypt = (key: Key, usage: number, text: Buffer): Buffer => {
  const plain = Buffer.concat([randomBytes(blockOctets), text]);
  const { encryption, integrity } = keysFor(key, usage);
  const cipher = encryptBlocks(encryption, plain);
  return Buffer.concat([cipher, macOf(key, integrity, plain, cipher)]);
};
