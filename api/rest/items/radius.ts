import { z } from 'zod';
import * as field from './fields.ts';

/** Octets; more than any client takes (SEC-08). */
const maxSecretLength = 128;
const maxAddresses = 100;
/** Today's certificate, the next one, and those of some machines that are one client. */
const maxCertificates = 20;
const maxRequestsPerSecond = 100_000;

const printable = /^[\x20-\x7e]+$/;
export const secret = z
  .string()
  .min(1)
  .max(maxSecretLength)
  .regex(printable, 'must be printable ASCII, which every client can be given')
  .exactOptional()
  .meta({ writeOnly: true, description: 'Stays as it is where absent; made for a new one.' });

export const radiusClient = z
  .strictObject({
    addresses: z.array(field.addresses).max(maxAddresses).default([]).meta({
      description:
        'Where its packets come from over UDP; none where it speaks RADIUS over TLS alone.',
    }),
    certificates: z.array(field.fingerprint).max(maxCertificates).exactOptional().meta({
      description: 'SHA-256 of certificates that it shows over TLS, whoever has issued them.',
    }),
    certificateNames: z.array(field.dnsName).max(maxCertificates).exactOptional().meta({
      description:
        'DNS names, one of which its certificate has; one of radsecAuthorityFile issued it.',
    }),
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
  })
  .refine(
    ({ addresses, certificates = [], certificateNames = [] }) =>
      addresses.length + certificates.length + certificateNames.length > 0,
    { path: ['addresses'], error: 'a client has an address, a certificate or a name in one' },
  );
