import { createCipheriv, createHash } from 'node:crypto';

/* The person's side of MS-CHAPv2, from RFC 1320 and RFC 2759, for passwords that only a test may know. */

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
const rounds = [
  {
    mix: (b: number, c: number, d: number) => (b & c) | (~b & d),
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    by: [3, 7, 11, 19],
    add: 0,
  },
  {
    mix: (b: number, c: number, d: number) => (b & c) | (b & d) | (c & d),
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    by: [3, 5, 9, 13],
    add: 0x5a827999,
  },
  {
    mix: (b: number, c: number, d: number) => b ^ c ^ d,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    by: [3, 9, 11, 15],
    add: 0x6ed9eba1,
  },
] as const;

const md4 = (message: Buffer): Buffer => {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64);
  message.copy(padded);
  padded[message.length] = 0x80;
  padded.writeUInt32LE(message.length * 8, padded.length - 8);
  let state: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < padded.length; at += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (const { mix, order, by, add } of rounds)
      for (const [step, word] of order.entries()) {
        const sum = (a + mix(b, c, d) + padded.readUInt32LE(at + word * 4) + add) | 0;
        [a, b, c, d] = [d, rotate(sum, by[step % 4]!), b, c];
      }
    state = [a, b, c, d].map((value, index) => (value + state[index]!) | 0);
  }
  const digest = Buffer.alloc(16);
  for (const [index, value] of state.entries()) digest.writeInt32LE(value, index * 4);
  return digest;
};

export const ntHash = (password: string): Buffer => md4(Buffer.from(password, 'utf16le'));
export const ntHashHash = (password: string): Buffer => md4(ntHash(password));

/** Seven octets become the eight of a DES key, whose last bits count for nothing. */
const desKey = (octets: Buffer): Buffer => {
  const bits = BigInt(`0x${octets.toString('hex')}`);
  return Buffer.from(
    Array.from({ length: 8 }, (_, at) => Number((bits >> BigInt(49 - at * 7)) & 0x7fn) << 1),
  );
};

/** Triple DES with one key three times is DES, which this program's OpenSSL has no more. */
const des = (octets: Buffer, block: Buffer): Buffer => {
  const key = desKey(octets);
  const cipher = createCipheriv('des-ede3-ecb', Buffer.concat([key, key, key]), null);
  return cipher.setAutoPadding(false).update(block);
};

/** RFC 2759 §8.5. */
export const challengeResponse = (challenge: Buffer, password: string): Buffer => {
  const hash = Buffer.concat([ntHash(password)], 21);
  return Buffer.concat([0, 7, 14].map((at) => des(hash.subarray(at, at + 7), challenge)));
};

/** RFC 2759 §8.1. */
export const ntResponse = (exchange: {
  readonly challenge: Buffer;
  readonly peerChallenge: Buffer;
  readonly username: string;
  readonly password: string;
}): Buffer => {
  const { challenge, peerChallenge, username, password } = exchange;
  const hash = createHash('sha1').update(peerChallenge).update(challenge).update(username);
  return challengeResponse(hash.digest().subarray(0, 8), password);
};
