import { createHash, type X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { ShownCertificate } from './facade/apiClients.ts';

/** DNS names of a certificate: as Node prints them, and as OpenSSL takes them for. */
const namesIn = (certificate: X509Certificate): readonly string[] =>
  (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((part) => (part.startsWith('DNS:') ? [part.slice('DNS:'.length).toLowerCase()] : []))
    .filter((name) => certificate.checkHost(name, { subject: 'never', wildcards: false }));

/**
 * The certificate that a peer has shown, and by the handshake proven to be its own.
 * @returns undefined without TLS, without one, and for one that is not of now
 */
export const shownCertificate = (
  { socket }: Pick<IncomingMessage, 'socket'>,
  nowMs = Date.now(),
): ShownCertificate | undefined => {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (!(socket instanceof TLSSocket) || !certificate) return undefined;
  const { raw, validFromDate, validToDate } = certificate;
  if (nowMs < validFromDate.getTime() || nowMs > validToDate.getTime()) return undefined;
  const digest = createHash('sha256').update(raw).digest();
  return {
    fingerprint: digest.toString('hex'),
    thumbprint: digest.toString('base64url'),
    // Whoever vouches for the names must be one whom this deployment asks.
    names: socket.authorized ? namesIn(certificate) : [],
  };
};
