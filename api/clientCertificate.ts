import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { ShownCertificate } from './facade/apiClients.ts';
import { peerCertificate } from './peerCertificate.ts';

/**
 * The certificate that a caller has shown, and by the handshake proven to be its own.
 * @returns undefined without TLS, without one, and for one that is not of now
 */
export const shownCertificate = (
  { socket }: Pick<IncomingMessage, 'socket'>,
  nowMs = Date.now(),
): ShownCertificate | undefined => {
  const certificate = socket instanceof TLSSocket ? peerCertificate(socket) : undefined;
  if (!certificate?.isInForce(nowMs)) return undefined;
  const { digest, fingerprint, trusted } = certificate;
  return {
    fingerprint,
    thumbprint: digest.toString('base64url'),
    // Whoever vouches for the names must be one whom this deployment asks.
    names: trusted ? certificate.names() : [],
  };
};
