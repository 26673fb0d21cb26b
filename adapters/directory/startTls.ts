/** ExtendedRequest 1 for 1.3.6.1.4.1.1466.20037 (RFC 4511 §4.14.1). */
export const startTlsRequest: Buffer = (() => {
  const name = Buffer.from('1.3.6.1.4.1.1466.20037', 'latin1');
  const request = Buffer.concat([Buffer.from([0x80, name.length]), name]);
  const operation = Buffer.concat([Buffer.from([0x77, request.length]), request]);
  const body = Buffer.concat([Buffer.from([0x02, 0x01, 0x01]), operation]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
})();

/** An answer holds a code and a few words. */
export const maxStartTlsOctets = 2_048;
const maxLengthOctets = 4;

const tags = { sequence: 0x30, integer: 0x02, extendedResponse: 0x78, enumerated: 0x0a } as const;

type Part = { readonly tag: number; readonly value: Buffer; readonly end: number };

/** One element with a definite length (X.690 §8.1.3); undefined until there is enough of it. */
const readPart = (octets: Buffer, at: number): Part | undefined => {
  const short = octets[at + 1];
  if (short === undefined) return undefined;
  let from = at + 2;
  let length = short;
  if (short >= 0x80) {
    const count = short & 0x7f;
    if (count === 0 || count > maxLengthOctets) throw new RangeError('no definite length');
    if (from + count > octets.length) return undefined;
    length = octets.readUIntBE(from, count);
    from += count;
  }
  if (length > maxStartTlsOctets) throw new RangeError('the answer is too long');
  const end = from + length;
  return end > octets.length
    ? undefined
    : { tag: octets[at]!, value: octets.subarray(from, end), end };
};

const partIn = (octets: Buffer, at: number, tag: number): Part => {
  const part = readPart(octets, at);
  if (part?.tag !== tag) throw new RangeError('no answer to StartTLS');
  return part;
};

/**
 * Whether octets so far are a whole answer that lets TLS begin.
 * @throws {RangeError} where they are, or become, anything else. What stands behind the answer was sent before TLS by
 * nobody knows whom, so there must be nothing.
 */
export const startsTls = (octets: Buffer): boolean => {
  const message = readPart(octets, 0);
  if (!message) {
    if (octets.length > maxStartTlsOctets) throw new RangeError('the answer is too long');
    return false;
  }
  if (message.tag !== tags.sequence || message.end !== octets.length)
    throw new RangeError('no answer to StartTLS');
  const id = partIn(message.value, 0, tags.integer);
  const response = partIn(message.value, id.end, tags.extendedResponse);
  const result = partIn(response.value, 0, tags.enumerated);
  if (id.value.length !== 1 || id.value[0] !== 1 || result.value.length !== 1)
    throw new RangeError('no answer to StartTLS');
  if (result.value[0] !== 0) throw new RangeError('the server does not start TLS');
  return true;
};
