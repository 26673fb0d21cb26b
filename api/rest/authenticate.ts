import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { liesIn } from '../../domain/addresses.ts';
import { shownCertificate } from '../clientCertificate.ts';
import type { Queries } from '../facade.ts';
import type { ApiClientLimits, KnownClient } from '../facade/apiClients.ts';
import { Problem } from './problem.ts';
import type { Principal } from './route.ts';
import { scopes } from './scopes.ts';

/** RFC 6750 §2.1, bounded: our own tokens have 46 characters, short-lived ones with all scopes some 700. */
const bearer = /^Bearer +([A-Za-z0-9\-._~+/]{16,1024}=*)$/i;
const allScopes: ReadonlySet<string> = new Set(scopes);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A browser shows certificates whoever has made the page that calls. */
const isFromPage = ({ headers }: Request): boolean =>
  headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;

/**
 * Tells who calls from the Authorization header, or without one from the client certificate, before anything else of
 * the call is read.
 * `adminTokenHash` is the SHA-256 of the local administrator token in hexadecimal digits.
 */
export const authenticator = (options: {
  readonly queries: Pick<Queries, 'verifyApiToken' | 'verifyApiCertificate'>;
  readonly adminTokenHash: string;
}): ((request: Request) => Promise<Principal>) => {
  const adminHash = Buffer.from(options.adminTokenHash, 'hex');
  if (adminHash.length !== 32)
    throw new TypeError('adminTokenHash must be 64 hexadecimal digits (SHA-256)');
  const clientOf = async (
    request: Request,
    token: string | undefined,
  ): Promise<KnownClient | undefined> => {
    const shown = shownCertificate(request);
    if (token !== undefined) return await options.queries.verifyApiToken(token, shown?.thumbprint);
    if (!shown || request.headers.authorization !== undefined || isFromPage(request))
      return undefined;
    return await options.queries.verifyApiCertificate(shown);
  };

  return async (request) => {
    const token = bearer.exec(request.headers.authorization ?? '')?.[1];
    const address = request.socket.remoteAddress;
    const where = address === undefined ? {} : { address };
    if (token !== undefined && timingSafeEqual(sha256(token), adminHash))
      return {
        key: 'administrator:local',
        caller: { actor: { kind: 'administrator', id: 'local' }, channel: 'rest', ...where },
        scopes: allScopes,
      };
    const client = await clientOf(request, token);
    if (client)
      return {
        key: `apiClient:${client.clientId}`,
        caller: { actor: { kind: 'apiClient', id: client.clientId }, channel: 'rest', ...where },
        scopes: new Set(client.scopes),
        ...(client.limits === undefined ? {} : { limits: client.limits }),
      };
    throw new Problem(
      401,
      'UNAUTHENTICATED',
      'Send a valid token: "Authorization: Bearer <token>".',
      { headers: { 'WWW-Authenticate': 'Bearer realm="countersign"' } },
    );
  };
};

/** @throws {Problem} 403 where the caller's token does not reach this far */
export const requireScope = (principal: Principal, scope: string): void => {
  if (!principal.scopes.has(scope))
    throw new Problem(403, 'SCOPE_MISSING', `This call needs a token with the scope ${scope}.`);
};

const asPlainAddress = (address: string): string => address.replace(/^::ffff:/i, '');

/** Whether a client may call from here. */
export const maySendFrom = (
  { addresses }: Pick<ApiClientLimits, 'addresses'>,
  address: string | undefined,
): boolean => addresses === undefined || liesIn(asPlainAddress(address ?? ''), addresses);

/** @throws {Problem} 403 where the caller's token is for other networks */
export const requireNetwork = ({ caller, limits = {} }: Principal): void => {
  if (!maySendFrom(limits, caller.address))
    throw new Problem(403, 'NETWORK_NOT_ALLOWED', 'This token is limited to other networks.');
};

/** Nobody hands out more than they hold. @throws {Problem} 403 */
export const requireToGive = (principal: Principal, given: readonly string[]): void => {
  for (const scope of given) requireScope(principal, scope);
  if (principal.limits)
    throw new Problem(403, 'TOKEN_LIMITED', 'A limited token makes and changes no clients.');
};
