import type { RequestHandler } from 'express';
import { scopes } from './scopes.ts';

/** Where clients look for it, below the issuer (RFC 8414 §3). */
export const metadataPath = '/.well-known/oauth-authorization-server';

/**
 * What a client needs to know before it asks for a token (RFC 8414 §2).
 * @param issuer public address without a path
 * @param base where the interface is mounted: `/api/v1`
 * @param asksForCertificates whether connections may come with client certificates (RFC 8705 §5)
 */
export const oauthMetadata =
  (issuer: () => string, base: string, asksForCertificates: boolean): RequestHandler =>
  (_request, response) => {
    const here = issuer().replace(/\/$/, '');
    const endpoints = {
      token_endpoint: `${here}${base}/oauth/token`,
      revocation_endpoint: `${here}${base}/oauth/revoke`,
    };
    const methods = [
      'client_secret_basic',
      'client_secret_post',
      ...(asksForCertificates ? ['tls_client_auth', 'self_signed_tls_client_auth'] : []),
    ];
    response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' }).json({
      issuer: here,
      ...endpoints,
      token_endpoint_auth_methods_supported: methods,
      revocation_endpoint_auth_methods_supported: methods,
      grant_types_supported: ['client_credentials'],
      // Must be there, must not be empty, and there is no authorization endpoint: the registered word for that.
      response_types_supported: ['none'],
      scopes_supported: scopes,
      ...(asksForCertificates
        ? { tls_client_certificate_bound_access_tokens: true, mtls_endpoint_aliases: endpoints }
        : {}),
      service_documentation: `${here}${base}/docs`,
    });
  };
