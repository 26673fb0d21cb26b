import { isIP } from 'node:net';
import { z } from 'zod';
import * as field from './fields.ts';

/** Octets; more than any client takes (SEC-08). */
const maxSecretLength = 128;
const maxAddresses = 100;
const maxServers = 10;
const maxRequestsPerSecond = 100_000;

const printable = /^[\x20-\x7e]+$/;
const secret = z
  .string()
  .min(1)
  .max(maxSecretLength)
  .regex(printable, 'must be printable ASCII, which every client can be given')
  .exactOptional()
  .meta({ writeOnly: true, description: 'Stays as it is where absent; made for a new one.' });
const address = z
  .string()
  .max(45)
  .refine((text) => isIP(text) !== 0, 'must be an IP address');

export const radiusClient = z.strictObject({
  addresses: z.array(field.addresses).min(1).max(maxAddresses),
  secret,
  secretSet: field.secretIsSet,
  application: field.application.exactOptional(),
  requireUserMatch: z.boolean().default(false),
  fallbackOath: z.boolean().default(false).meta({
    description: 'Ask for a code of an app or token after another method got no answer.',
  }),
  challengeCapable: z.boolean().default(true),
  codeAfterPassword: z.boolean().default(false).meta({
    description: 'The last six digits of the password are a code, where there are as many.',
  }),
  exemptNas: z.array(field.addresses).max(maxAddresses).exactOptional(),
  clientIpAttribute: z
    .enum(['callingStationId', 'tunnelClientEndpoint', 'framedIpAddress'])
    .default('callingStationId'),
  messageAuthenticator: z.enum(['required', 'auto', 'off']).default('required'),
  target: field.itemId.exactOptional().meta({
    description:
      'A radiusTarget, or none where the client checks passwords itself; the one called default where absent.',
  }),
  requestsPerSecond: z.int().min(1).max(maxRequestsPerSecond).default(200),
});

export const radiusTarget = z.strictObject({
  servers: z
    .array(
      z.strictObject({
        serverId: z.string().regex(/^[A-Za-z0-9._-]{1,32}$/, 'must be 1 to 32 letters or digits'),
        address,
        port: field.port.default(1812),
        accountingPort: field.port.default(1813),
        secret,
        secretSet: field.secretIsSet,
        timeoutSeconds: z.int().min(1).max(60).default(5),
        messageAuthenticator: z.enum(['required', 'off']).default('required'),
      }),
    )
    .min(1)
    .max(maxServers)
    .refine((list) => new Set(list.map(({ serverId }) => serverId)).size === list.length, {
      error: 'each server has its own serverId',
    }),
});
