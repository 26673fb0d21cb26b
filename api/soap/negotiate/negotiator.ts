import { createHash, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { acceptRequest, skewMs, type Proven } from './apRequest.ts';
import { TokenRefused } from './der.ts';
import type { ServiceKey } from './keytab.ts';
import { readToken, writeAnswer } from './spnego.ts';

/** A ticket with the group list of somebody who is in very many groups stays below it. */
const maxTokenLength = 64 * 1024;
/** Proofs of the last minutes that are remembered; where there are more, nobody is let in by a ticket. */
const maxProofs = 100_000;

const form = /^negotiate +([A-Za-z0-9+/]+={0,2}) *$/i;

export type Accepted = {
  readonly principal: string;
  /** Value of the header that tells the caller who we are; undefined where it does not ask. */
  readonly answer: string | undefined;
};

/**
 * MD5 of the channel bindings `tls-server-end-point` (RFC 5929 §4, RFC 4121 §4.1.1.2) of a connection.
 * @returns undefined where TLS does not end here
 */
export const channelOf = (socket: IncomingMessage['socket']): Buffer | undefined => {
  if (!(socket instanceof TLSSocket)) return undefined;
  const own = socket.getCertificate();
  if (own === null || !('raw' in own) || !Buffer.isBuffer(own.raw)) return undefined;
  const algorithm = new X509Certificate(own.raw).signatureAlgorithm ?? '';
  const hash = /384/.test(algorithm) ? 'sha384' : /512/.test(algorithm) ? 'sha512' : 'sha256';
  const data = Buffer.concat([
    Buffer.from('tls-server-end-point:'),
    createHash(hash).update(own.raw).digest(),
  ]);
  // No addresses: two types and two empty texts, then the data.
  const lengths = Buffer.alloc(20);
  lengths.writeUInt32LE(data.length, 16);
  return createHash('md5').update(lengths).update(data).digest();
};

/** How long a proof could be taken a second time. */
export const proofMs = 2 * skewMs;

/**
 * Lets people and services in by Kerberos tickets (RFC 4559), each proof once.
 * @param take takes a proof for all processes of the deployment, once
 */
export const negotiator = (
  keys: readonly ServiceKey[],
  nowMs: () => number,
  take: (proofId: string) => boolean = () => true,
) => {
  /** By when each was seen; the oldest first. */
  const seen = new Map<string, number>();

  /** @throws {TokenRefused} */
  const once = (proofId: string): void => {
    const now = nowMs();
    for (const [id, at] of seen) {
      if (at > now - proofMs) break;
      seen.delete(id);
    }
    if (seen.has(proofId) || seen.size >= maxProofs) throw new TokenRefused('seen before');
    seen.set(proofId, now);
    if (!take(proofId)) throw new TokenRefused('seen elsewhere');
  };

  const prove = (request: Buffer, channel: Buffer | undefined): Proven => {
    const proven = acceptRequest(request, keys, nowMs());
    // Whoever saw another certificate than ours talks to somebody in between.
    const isBound = proven.channel.some((octet) => octet !== 0);
    if (isBound && (channel === undefined || !proven.channel.equals(channel)))
      throw new TokenRefused('another channel');
    once(proven.proofId);
    return proven;
  };

  return {
    /** @returns undefined for another scheme, and for whatever is not right */
    accept(authorization: string, channel: Buffer | undefined): Accepted | undefined {
      const token =
        authorization.length > maxTokenLength ? undefined : form.exec(authorization)?.[1];
      if (token === undefined) return undefined;
      try {
        const read = readToken(Buffer.from(token, 'base64'));
        const { principal, reply } = prove(read.request, channel);
        const answer = writeAnswer(read, reply)?.toString('base64');
        return { principal, answer: answer === undefined ? undefined : `Negotiate ${answer}` };
      } catch (error) {
        if (error instanceof TokenRefused) return undefined;
        throw error;
      }
    },
  };
};
export type Negotiator = ReturnType<typeof negotiator>;
