import { hash, randomBytes } from 'node:crypto';
import { guardedFetch } from '../http/guardedFetch.ts';
import { BadTimestamp, element, elementsOf, type Element } from './der.ts';

const timeoutMs = 20_000;
const maxAnswerBytes = 65_536;
const nonceBytes = 8;

const [integerTag, octetsTag, nullTag, oidTag, sequenceTag, booleanTag] = [2, 4, 5, 6, 0x30, 1];
const timeTag = 0x18;
const contextTag = 0xa0;
/** 2.16.840.1.101.3.4.2.1 */
const sha256Oid = Buffer.from('608648016503040201', 'hex');
/** 1.2.840.113549.1.7.2 and 1.2.840.113549.1.9.16.1.4 */
const signedDataOid = Buffer.from('2a864886f70d010702', 'hex');
const timestampInfoOid = Buffer.from('2a864886f70d0109100104', 'hex');

type Asked = { readonly digest: Buffer; readonly nonce: Buffer };

/** RFC 3161 §2.4.1: a stamp for a SHA-256, with the authority's certificate in it, so that it can be verified alone. */
export const timestampQuery = ({ digest, nonce }: Asked): Buffer =>
  element(
    sequenceTag,
    element(integerTag, Buffer.from([1])),
    element(
      sequenceTag,
      element(sequenceTag, element(oidTag, sha256Oid), element(nullTag)),
      element(octetsTag, digest),
    ),
    element(integerTag, nonce),
    element(booleanTag, Buffer.from([0xff])),
  );

/** The element at a place of a sequence. @throws {BadTimestamp} */
const at = (elements: readonly Element[], index: number, tag: number): Element => {
  const found = elements[index];
  if (found?.tag !== tag) throw new BadTimestamp('not a time stamp');
  return found;
};
const inside = (elements: readonly Element[], index: number, tag: number): readonly Element[] =>
  elementsOf(at(elements, index, tag).body);

const withoutSign = (integer: Buffer): string => integer.toString('hex').replace(/^(?:00)+/, '');

/** RFC 3161 §2.4.2: `20261122101530Z`, with fractions where the authority has them. */
const instantOf = (text: string): string => {
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(text) ?? [];
  if (year === undefined) throw new BadTimestamp('no time in it');
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`;
};

/**
 * Whether the authority's answer is a stamp for what was asked; that its signature is good, any program can tell later
 * (`openssl ts -verify`), and must, since that takes the authority's own certificate.
 * @returns the time in it
 * @throws {BadTimestamp}
 */
export const readTimestamp = (answer: Buffer, { digest, nonce }: Asked): string => {
  const [response] = elementsOf(answer);
  const parts = inside(response ? [response] : [], 0, sequenceTag);
  const status = at(inside(parts, 0, sequenceTag), 0, integerTag).body;
  // 0 is granted, 1 granted with modifications.
  if (status.length !== 1 || (status[0] ?? 2) > 1) throw new BadTimestamp('refused');
  const token = inside(parts, 1, sequenceTag);
  if (!at(token, 0, oidTag).body.equals(signedDataOid)) throw new BadTimestamp('not signed');
  const signed = inside(inside(token, 1, contextTag), 0, sequenceTag);
  const content = inside(signed, 2, sequenceTag);
  if (!at(content, 0, oidTag).body.equals(timestampInfoOid))
    throw new BadTimestamp('not a time stamp');
  const [info] = elementsOf(at(inside(content, 1, contextTag), 0, octetsTag).body);
  const fields = inside(info ? [info] : [], 0, sequenceTag);
  const imprint = inside(fields, 2, sequenceTag);
  if (!at(imprint, 1, octetsTag).body.equals(digest))
    throw new BadTimestamp('a stamp for something else');
  const answered = fields.slice(5).find(({ tag }) => tag === integerTag);
  if (!answered || withoutSign(answered.body) !== withoutSign(nonce))
    throw new BadTimestamp('an answer to another question');
  return instantOf(at(fields, 4, timeTag).body.toString('latin1'));
};

export type Timestamp = { readonly token: Buffer; readonly at: string };

/**
 * Asks a time stamp authority to say that something existed (RFC 3161 §3.4).
 * @throws {BadTimestamp}, or as guardedFetch does
 */
export const requestTimestamp = async (
  url: string,
  about: string,
  allow: readonly string[],
): Promise<Timestamp> => {
  const nonce = randomBytes(nonceBytes);
  nonce.writeUInt8(((nonce[0] ?? 0) & 0x7f) | 0x40); // Positive, and without a leading zero.
  const asked = { digest: hash('sha256', about, 'buffer'), nonce };
  const answer = await guardedFetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: timestampQuery(asked),
    timeoutMs,
    maxBodyBytes: maxAnswerBytes,
    allow,
  });
  if (answer.status !== 200) throw new BadTimestamp(`status ${answer.status}`);
  return { token: answer.body, at: readTimestamp(answer.body, asked) };
};
