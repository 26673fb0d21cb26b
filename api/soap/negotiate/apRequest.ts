import {
  application,
  context,
  fieldsOf,
  integerOf,
  read,
  readAll,
  tags,
  textOf,
  timeOf,
  TokenRefused,
  write,
  writeInteger,
} from './der.ts';
import { decrypt, encrypt, type Key } from './kerberosCrypto.ts';
import type { ServiceKey } from './keytab.ts';

/* The service's part of Kerberos (RFC 4120 §3.2.3): who holds a ticket for us, and proves it now. */

const version = 5;
const messageRequest = 14;
const messageReply = 15;
/** RFC 4120 §7.5.1. */
const usages = { ticket: 2, authenticator: 11, reply: 12 } as const;
/** RFC 4121 §4.1.1: type, and where flags and channel bindings stand in it. */
const gssChecksum = 0x8003;
const mutualFlag = 0x02;
/** Bit 2 of the AP options. */
const mutualOption = 0x20;
/** How far clocks may differ (RFC 4120 §1.6). */
export const skewMs = 5 * 60_000;

export type Proven = {
  /** `svc-mim@CORP.EXAMPLE.COM` */
  readonly principal: string;
  /** Names this very proof, for as long as it could be taken again. */
  readonly proofId: string;
  /** MD5 of the channel bindings (RFC 4121 §4.1.1.2) that the caller saw; zeros where it gave none. */
  readonly channel: Buffer;
  /** The AP-REP for a caller that wants to know us too. */
  readonly reply: Buffer | undefined;
};

type Sealed = {
  readonly type: number;
  readonly version: number | undefined;
  readonly cipher: Buffer;
};

const sealedOf = (bytes: Buffer): Sealed => {
  const fields = fieldsOf(bytes);
  const kvno = fields.find(1);
  return {
    type: integerOf(fields.get(0)),
    version: kvno === undefined ? undefined : integerOf(kvno),
    cipher: read(fields.get(2), tags.octetString),
  };
};

const keyOf = (bytes: Buffer): Key => {
  const fields = fieldsOf(bytes);
  return { type: integerOf(fields.get(0)), value: read(fields.get(1), tags.octetString) };
};

const nameOf = (bytes: Buffer): string => {
  const names = readAll(read(fieldsOf(bytes).get(1), tags.sequence));
  return names.map(({ tag, content }) => textOf(write(tag, content))).join('/');
};

/** Tries every key that may be meant: the ticket's own number is outside of its seal. */
const openTicket = (ticket: Buffer, keys: readonly ServiceKey[]) => {
  const fields = fieldsOf(read(ticket, application(1)));
  const realm = textOf(fields.get(1));
  const service = nameOf(fields.get(2));
  const sealed = sealedOf(fields.get(3));
  for (const known of keys) {
    const isMeant =
      known.key.type === sealed.type &&
      known.realm === realm &&
      known.service.toLowerCase() === service.toLowerCase();
    if (!isMeant) continue;
    try {
      const plain = decrypt(known.key, usages.ticket, sealed.cipher);
      return fieldsOf(read(plain, application(3)));
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
    }
  }
  throw new TokenRefused('a ticket for somebody else');
};

const writeReply = (session: Key, ctime: Buffer, cusec: Buffer): Buffer => {
  const part = write(
    application(27),
    write(tags.sequence, write(context(0), ctime), write(context(1), cusec)),
  );
  const sealed = write(
    tags.sequence,
    write(context(0), writeInteger(session.type)),
    write(context(2), write(tags.octetString, encrypt(session, usages.reply, part))),
  );
  return write(
    application(15),
    write(
      tags.sequence,
      write(context(0), writeInteger(version)),
      write(context(1), writeInteger(messageReply)),
      write(context(2), sealed),
    ),
  );
};

const checksumOf = (field: Buffer | undefined): Buffer => {
  if (field === undefined) throw new TokenRefused('no checksum');
  const fields = fieldsOf(field);
  const bytes = read(fields.get(1), tags.octetString);
  // A length of 16, the bindings, and the flags.
  if (integerOf(fields.get(0)) !== gssChecksum || bytes.length < 24 || bytes.readUInt32LE(0) !== 16)
    throw new TokenRefused('another checksum');
  return bytes;
};

/**
 * Checks a request with the keys of the service. That it was not seen before is for the caller to check.
 * @throws {TokenRefused} unless ticket and proof are right and of now
 */
export const acceptRequest = (
  request: Buffer,
  keys: readonly ServiceKey[],
  nowMs: number,
): Proven => {
  const fields = fieldsOf(read(request, application(messageRequest)));
  if (integerOf(fields.get(0)) !== version || integerOf(fields.get(1)) !== messageRequest)
    throw new TokenRefused('no request');
  const options = read(fields.get(2), tags.bitString);
  const part = openTicket(fields.get(3), keys);

  const start = timeOf(part.find(6) ?? part.get(5));
  if (start > nowMs + skewMs || timeOf(part.get(7)) < nowMs - skewMs)
    throw new TokenRefused('not the time of the ticket');
  const session = keyOf(part.get(1));
  const realm = textOf(part.get(2));
  const name = nameOf(part.get(3));

  const sealed = sealedOf(fields.get(4));
  const proof = fieldsOf(
    read(decrypt(session, usages.authenticator, sealed.cipher), application(2)),
  );
  const isSame = textOf(proof.get(1)) === realm && nameOf(proof.get(2)) === name;
  if (!isSame) throw new TokenRefused('somebody else');
  if (Math.abs(timeOf(proof.get(5)) - nowMs) > skewMs) throw new TokenRefused('not of now');
  const checksum = checksumOf(proof.find(3));

  const wantsReply =
    ((options[1] ?? 0) & mutualOption) !== 0 || (checksum.readUInt32LE(20) & mutualFlag) !== 0;
  return {
    principal: `${name}@${realm}`,
    // The end of a seal is a keyed hash over all of it.
    proofId: sealed.cipher.subarray(-12).toString('base64'),
    channel: checksum.subarray(4, 20),
    reply: wantsReply ? writeReply(session, proof.get(5), proof.get(4)) : undefined,
  };
};
