import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** The certificate that the other side of a connection has proven to hold. */
export type PeerCertificate = {
  /** SHA-256 of the whole certificate, 32 octets. */
  readonly digest: Buffer;
  /** The same in 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** Whether an authority of ours has issued it, for clients. */
  readonly trusted: boolean;
  /** Its DNS names, in small letters. */
  names(): readonly string[];
  /** Whether it is for this DNS name, by its subjectAltName. */
  isFor(dnsName: string): boolean;
  isInForce(nowMs: number): boolean;
};

const isNameIn = (certificate: X509Certificate, dnsName: string): boolean =>
  certificate.checkHost(dnsName, { subject: 'never', wildcards: false }) !== undefined;

/** DNS names of a certificate: as Node prints them, and as OpenSSL takes them for. */
const namesIn = (certificate: X509Certificate): readonly string[] =>
  (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((part) => (part.startsWith('DNS:') ? [part.slice('DNS:'.length).toLowerCase()] : []))
    .filter((name) => isNameIn(certificate, name));

/** @returns undefined where the other side has shown none */
export const peerCertificate = (socket: TLSSocket): PeerCertificate | undefined => {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const [from, until] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  const digest = createHash('sha256').update(certificate.raw).digest();
  return {
    digest,
    fingerprint: digest.toString('hex'),
    trusted: socket.authorized,
    names: () => namesIn(certificate),
    isFor: (dnsName) => isNameIn(certificate, dnsName),
    isInForce: (nowMs) => from <= nowMs && nowMs <= until,
  };
};
