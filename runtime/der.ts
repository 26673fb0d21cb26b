/** The few forms of DER (ITU-T X.690) that a certificate is written in. Writing only: nothing here reads. */

const element = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
};

const lengthOf = (length: number): readonly number[] => {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  if (length < 0x10000) return [0x82, length >> 8, length & 0xff];
  throw new RangeError('no part of a certificate is that long');
};

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => element(0x31, ...parts);
export const octets = (value: Uint8Array): Buffer => element(0x04, value);
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text, 'utf8'));
export const yes = (): Buffer => element(0x01, Buffer.from([0xff]));

/** Context tag around whole elements. */
export const explicit = (tag: number, ...parts: readonly Uint8Array[]): Buffer =>
  element(0xa0 | tag, ...parts);
/** Context tag in place of a primitive's own. */
export const implicit = (tag: number, value: Uint8Array): Buffer => element(0x80 | tag, value);

/** A whole number that is not negative, from its big-endian bytes. */
export const integer = (bytes: Uint8Array): Buffer => {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const short = Buffer.from(bytes.subarray(start));
  const sign = (short[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0);
  return element(0x02, sign, short);
};

export const bits = (value: Uint8Array, unused = 0): Buffer =>
  element(0x03, Buffer.from([unused]), value);

/** Dotted numbers, each but the first two in base 128. */
export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const digits = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return element(0x06, Buffer.from(bytes));
};

/** RFC 5280 §4.1.2.5: UTCTime up to 2049, GeneralizedTime from then on; whole seconds. */
export const time = (at: Date): Buffer => {
  const text = `${at.toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z`;
  const short = at.getUTCFullYear() < 2050;
  return element(short ? 0x17 : 0x18, Buffer.from(short ? text.slice(2) : text, 'ascii'));
};

export const pem = (label: string, der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};
