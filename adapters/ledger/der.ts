/** The few forms of DER (ITU-T X.690) that time stamps are asked for and answered in. */

/** The answer is not DER, or not a time stamp for what was asked. */
export class BadTimestamp extends Error {
  override readonly name = 'BadTimestamp';
}

const maxLengthBytes = 3;

const lengthOf = (length: number): readonly number[] =>
  length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];

export const element = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
};

export type Element = { readonly tag: number; readonly body: Buffer };

/** The elements that follow each other in some bytes. @throws {BadTimestamp} */
export const elementsOf = (bytes: Buffer): readonly Element[] => {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const short = bytes[at + 1] ?? 0;
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    // Tags above 30 and lengths that are not told in front are no part of these messages.
    if ((tag & 0x1f) === 0x1f || short === 0x80 || lengthBytes > maxLengthBytes)
      throw new BadTimestamp('not in DER');
    const from = at + 2 + lengthBytes;
    if (from > bytes.length) throw new BadTimestamp('cut off');
    const length = lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes);
    if (from + length > bytes.length) throw new BadTimestamp('cut off');
    found.push({ tag, body: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return found;
};
