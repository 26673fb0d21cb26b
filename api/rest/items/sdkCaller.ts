import { z } from 'zod';
import { sdkScopes } from '../../../domain/items/sdkCaller.ts';
import * as shared from '../fields.ts';
import * as field from './fields.ts';

const maxAddresses = 500;

/** SHA-256 as `openssl x509 -fingerprint` prints it, or plain. */
const fingerprint = z
  .string()
  .max(95)
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 fingerprint'));

export const sdkCaller = z.strictObject({
  account: shared.line(64),
  scopes: z.array(z.enum(sdkScopes)).max(sdkScopes.length).exactOptional(),
  addresses: z.array(field.addresses).min(1).max(maxAddresses).exactOptional(),
  callsPerSecond: z.int().min(1).max(100_000).exactOptional(),
  openCalls: z.int().min(1).max(10_000).exactOptional(),
  waitSeconds: z.int().min(1).max(600).exactOptional(),
  certificate: fingerprint.exactOptional(),
  certificateOnly: z.boolean().exactOptional(),
});
