/** Whatever is no well-formed token; a caller learns no more than that. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** One value of DER (X.690): its tag octet and its contents. */
export type Der = { readonly tag: number; readonly content: Buffer };

export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  generalString: 0x1b,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;
export const context = (number: number): number => 0xa0 + number;
export const application = (number: number): number => 0x60 + number;

/** Nothing that is read here is nearly as long, tickets with group lists included. */
const maxLengthOctets = 3;

/** Reads one value at the beginning. @throws {TokenRefused} */
const readOne = (bytes: Buffer): { readonly value: Der; readonly rest: Buffer } => {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f)
    throw new TokenRefused('no value');
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthOctets > maxLengthOctets || bytes.length < 2 + lengthOctets)
    throw new TokenRefused('no length');
  const length = lengthOctets === 0 ? first : bytes.readUIntBE(2, lengthOctets);
  const start = 2 + lengthOctets;
  if (bytes.length < start + length) throw new TokenRefused('cut off');
  return {
    value: { tag, content: bytes.subarray(start, start + length) },
    rest: bytes.subarray(start + length),
  };
};

/** The only value of some bytes, with its tag. @throws {TokenRefused} */
export const read = (bytes: Buffer, tag: number): Buffer => {
  const { value, rest } = readOne(bytes);
  if (value.tag !== tag || rest.length > 0) throw new TokenRefused('another value');
  return value.content;
};

/** Fields of one structure are few. */
const maxValues = 64;

/** All values of some bytes, one after the other. @throws {TokenRefused} */
export const readAll = (bytes: Buffer): readonly Der[] => {
  const values: Der[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const one = readOne(rest);
    values.push(one.value);
    if (values.length > maxValues) throw new TokenRefused('too many values');
    ({ rest } = one);
  }
  return values;
};

/** Fields of a SEQUENCE by their context tags, as Kerberos numbers them. */
export type Fields = {
  /** @throws {TokenRefused} where it is missing */
  get(number: number): Buffer;
  find(number: number): Buffer | undefined;
};

export const fieldsOf = (sequence: Buffer): Fields => {
  const values = readAll(read(sequence, tags.sequence));
  const find = (number: number) => values.find(({ tag }) => tag === context(number))?.content;
  return {
    find,
    get(number) {
      const found = find(number);
      if (found === undefined) throw new TokenRefused('a field is missing');
      return found;
    },
  };
};

const maxIntegerOctets = 5;

export const integerOf = (bytes: Buffer): number => {
  const content = read(bytes, tags.integer);
  if (content.length === 0 || content.length > maxIntegerOctets)
    throw new TokenRefused('no number');
  return content.readIntBE(0, content.length);
};

export const textOf = (bytes: Buffer): string => {
  const text = read(bytes, tags.generalString).toString('utf8');
  if (!/^[\x20-\x7e]{1,256}$/.test(text)) throw new TokenRefused('no name');
  return text;
};

const timeForm = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** KerberosTime (RFC 4120 §5.2.3) as Unix milliseconds. */
export const timeOf = (bytes: Buffer): number => {
  const parts = timeForm.exec(read(bytes, tags.generalizedTime).toString('latin1'));
  if (!parts) throw new TokenRefused('no time');
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
};

/** Writes one value. */
export const write = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const octets = length.subarray(length.findIndex((octet) => octet > 0));
  return Buffer.concat([Buffer.from([tag, 0x80 + octets.length]), octets, content]);
};

export const writeInteger = (value: number): Buffer => {
  const octets = Buffer.alloc(maxIntegerOctets);
  octets.writeIntBE(value, 0, maxIntegerOctets);
  let from = 0;
  while (from < maxIntegerOctets - 1 && octets[from] === 0 && octets[from + 1]! < 0x80) from += 1;
  return write(tags.integer, octets.subarray(from));
};
