import { z } from 'zod';
import type { SealedPlace, Sealed } from '../domain/sealed.ts';

/** Where a short-lived token is sealed: any process of the deployment opens what another one made. */
export const apiTokenPlace: SealedPlace = {
  owner: 'settings',
  stream: 'apiClient',
  field: 'token',
};

const contents = z.strictObject({
  tokenId: z.string(),
  clientId: z.string(),
  scopes: z.array(z.string()).readonly(),
  untilMs: z.int(),
  /** Of the hash of the secret that it was given for: another secret ends it. */
  of: z.string(),
  /** Thumbprint of the certificate that it counts with alone (RFC 8705 §3). */
  x5t: z.string().exactOptional(),
});
/** What a token says to those who can open it. */
export type ApiTokenContents = z.output<typeof contents>;

const prefix = 'cst_';
const form = /^cst_([\w-]{1,64})\.([\w-]+)$/;
const hashLength = 16;

/** Ties a token to a secret without repeating its hash. */
export const shortHash = (secretHash: string): string => secretHash.slice(0, hashLength);

export const isShortLived = (token: string): boolean => token.startsWith(prefix);

/** A sealed text with the characters that a bearer token may have (RFC 6750 §2.1). */
export const asToken = (sealed: Sealed): string => {
  const [, keyId, body] = sealed.split(':');
  return `${prefix}${keyId}.${body}`;
};

/** The sealed text of a token; undefined for what is none. */
export const sealedOf = (token: string): Sealed | undefined => {
  const [, keyId, body] = form.exec(token) ?? [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- opening it tells whether it is one
  return keyId === undefined ? undefined : (`s1:${keyId}:${body}` as Sealed);
};

/** Reads what a token says once it is opened. */
export const contentsOf = (opened: string): ApiTokenContents => contents.parse(JSON.parse(opened));
