import type { TLSSocket } from 'node:tls';
import { createHash, type X509Certificate } from 'node:crypto';

/** The certificate that the other side of a connection has proven to hold. */
export type ShownCertificate = {
  /** SHA-256, 64 hex digits. */
  readonly fingerprint: string;
  /** Whether an authority of ours has issued it, for clients. */
  readonly trusted: boolean;
  /** Whether it is for this DNS name, by its subjectAltName. */
  isFor(dnsName: string): boolean;
  isInForce(nowMs: number): boolean;
};

const isNameIn = (certificate: X509Certificate, dnsName: string): boolean =>
  certificate.checkHost(dnsName, { subject: 'never', wildcards: false }) !== undefined;

/** @returns undefined where the other side has shown none */
export const shownCertificate = (socket: TLSSocket): ShownCertificate | undefined => {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const [from, until] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  return {
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
    trusted: socket.authorized,
    isFor: (dnsName) => isNameIn(certificate, dnsName),
    isInForce: (nowMs) => from <= nowMs && nowMs <= until,
  };
};
