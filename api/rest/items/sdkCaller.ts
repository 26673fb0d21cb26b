import { z } from 'zod';
import { sdkScopes } from '../../../domain/items/sdkCaller.ts';
import * as shared from '../fields.ts';
import * as field from './fields.ts';

const maxAddresses = 500;

export const sdkCaller = z.strictObject({
  account: shared.line(64),
  scopes: z.array(z.enum(sdkScopes)).max(sdkScopes.length).exactOptional(),
  addresses: z.array(field.addresses).min(1).max(maxAddresses).exactOptional(),
  callsPerSecond: z.int().min(1).max(100_000).exactOptional(),
  openCalls: z.int().min(1).max(10_000).exactOptional(),
  waitSeconds: z.int().min(1).max(600).exactOptional(),
  certificate: field.fingerprint.exactOptional(),
  principal: z
    .string()
    .max(256)
    .regex(/^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$/, 'must be name@REALM')
    .exactOptional(),
  certificateOnly: z.boolean().exactOptional(),
});
