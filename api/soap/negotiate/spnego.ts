import { application, context, fieldsOf, read, readAll, tags, TokenRefused, write } from './der.ts';

/* SPNEGO (RFC 4178) around the Kerberos mechanism (RFC 4121 §4.1), as far as an acceptor of one round needs it. */

const spnego = Buffer.from('2b0601050502', 'hex');
const kerberos = Buffer.from('2a864886f712010202', 'hex');
/** Windows has called it so since before the number was assigned. */
const oldKerberos = Buffer.from('2a864882f712010202', 'hex');

const requestMark = Buffer.from([1, 0]);
const replyMark = Buffer.from([2, 0]);

/** What stands behind the mechanism of a GSS token (RFC 2743 §3.1). */
const innerOf = (token: Buffer): { readonly mechanism: Buffer; readonly inner: Buffer } => {
  const content = read(token, application(0));
  const length = content[1] ?? 0;
  const mechanism = read(content.subarray(0, 2 + length), tags.oid);
  return { mechanism, inner: content.subarray(2 + length) };
};

const isKerberos = (mechanism: Buffer): boolean =>
  mechanism.equals(kerberos) || mechanism.equals(oldKerberos);

/** A Kerberos request, and what the answer to it must look like. */
export type Token = {
  /** AP-REQ. */
  readonly request: Buffer;
  /** As the caller calls Kerberos. */
  readonly mechanism: Buffer;
  /** Without SPNEGO around it, and so is the answer. */
  readonly isBare: boolean;
};

const kerberosRequest = (token: Buffer): Buffer => {
  const { mechanism, inner } = innerOf(token);
  if (!isKerberos(mechanism) || !inner.subarray(0, 2).equals(requestMark))
    throw new TokenRefused('no Kerberos request');
  return inner.subarray(2);
};

/** @throws {TokenRefused} for NTLM and for whatever prefers another mechanism */
export const readToken = (token: Buffer): Token => {
  const { mechanism, inner } = innerOf(token);
  if (isKerberos(mechanism)) return { request: kerberosRequest(token), mechanism, isBare: true };
  if (!mechanism.equals(spnego)) throw new TokenRefused('another mechanism');
  const fields = fieldsOf(read(inner, context(0)));
  const [first] = readAll(read(fields.get(0), tags.sequence));
  if (first?.tag !== tags.oid || !isKerberos(first.content))
    throw new TokenRefused('another mechanism first');
  const request = kerberosRequest(read(fields.get(2), tags.octetString));
  return { request, mechanism: first.content, isBare: false };
};

/** The answer that completes it, with the AP-REP where the caller wants to know us too; undefined where none is due. */
export const writeAnswer = (
  { mechanism, isBare }: Pick<Token, 'mechanism' | 'isBare'>,
  reply: Buffer | undefined,
): Buffer | undefined => {
  const token = reply && write(application(0), write(tags.oid, kerberos), replyMark, reply);
  if (isBare) return token;
  return write(
    context(1),
    write(
      tags.sequence,
      write(context(0), write(tags.enumerated, Buffer.from([0]))),
      write(context(1), write(tags.oid, mechanism)),
      ...(token ? [write(context(2), write(tags.octetString, token))] : []),
    ),
  );
};
