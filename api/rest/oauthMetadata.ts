import type { RequestHandler } from 'express';
import { scopes } from './scopes.ts';

/** Where clients look for it, below the issuer (RFC 8414 §3). */
export const metadataPath = '/.well-known/oauth-authorization-server';

/**
 * What a client needs to know before it asks for a token (RFC 8414 §2).
 * @param issuer public address without a path
 * @param base where the interface is mounted: `/api/v1`
 */
export const oauthMetadata =
  (issuer: () => string, base: string): RequestHandler =>
  (_request, response) => {
    const here = issuer().replace(/\/$/, '');
    const methods = ['client_secret_basic', 'client_secret_post'];
    response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' }).json({
      issuer: here,
      token_endpoint: `${here}${base}/oauth/token`,
      token_endpoint_auth_methods_supported: methods,
      revocation_endpoint: `${here}${base}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: methods,
      grant_types_supported: ['client_credentials'],
      // Must be there, must not be empty, and there is no authorization endpoint: the registered word for that.
      response_types_supported: ['none'],
      scopes_supported: scopes,
      service_documentation: `${here}${base}/docs`,
    });
  };
