import { isIP } from 'node:net';
import { z } from 'zod';
import { isFilterTemplate, usernamePlace } from '../../../domain/ldapFilter.ts';
import { line } from '../fields.ts';
import * as field from './fields.ts';
import { groupReplies } from './groupReplies.ts';
import { secret } from './radius.ts';

const maxServers = 10;
const maxPemLength = 20_000;
const maxDnLength = 1_000;

const address = z
  .string()
  .max(45)
  .refine((text) => isIP(text) !== 0, 'must be an IP address');

const server = z.strictObject({
  serverId: z.string().regex(/^[A-Za-z0-9._-]{1,32}$/, 'must be 1 to 32 letters or digits'),
  address,
  port: field.port.default(1812),
  accountingPort: field.port.default(1813),
  secret,
  secretSet: field.secretIsSet,
  timeoutSeconds: z.int().min(1).max(60).default(5),
  messageAuthenticator: z.enum(['required', 'off']).default('required'),
});

const directory = z
  .strictObject({
    host: field.host,
    port: field.port.exactOptional().meta({ description: '636 for ldaps, 389 otherwise.' }),
    security: z.enum(['ldaps', 'startTls', 'none']).default('ldaps'),
    allowPlainText: z.literal(true).exactOptional().meta({
      description: 'Unsafe: security none sends passwords over the network in the clear.',
    }),
    serverName: field.host.exactOptional().meta({
      description: 'The name that its certificate must have; host where absent.',
    }),
    ca: z
      .string()
      .max(maxPemLength)
      .regex(/^-----BEGIN CERTIFICATE-----[\s\S]*-----END CERTIFICATE-----\s*$/, 'must be PEM')
      .exactOptional()
      .meta({ description: 'Authorities that its certificate may come from.' }),
    timeoutSeconds: z.int().min(1).max(60).default(5),
  })
  .refine(
    ({ security, host, allowPlainText }) =>
      security !== 'none' || allowPlainText === true || field.isLoopback(host),
    {
      path: ['security'],
      error: 'none is only for a server on this machine, or with allowPlainText',
    },
  );

const dn = line(maxDnLength).regex(/^[^=]+=/, 'must be a DN');
const attribute = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of an attribute');

/** What only directories have, and what each kind cannot do without. */
const ofDirectories = [
  'directories',
  'baseDn',
  'filter',
  'bindDn',
  'bindPassword',
  'usernameAttribute',
  'groupAttribute',
  'nestedGroups',
  'domain',
  'replies',
] as const;
const needed = {
  radius: ['servers'],
  ldap: ['directories', 'baseDn'],
  windowsDomain: ['directories', 'baseDn', 'domain'],
} as const;
const foreign = {
  radius: ofDirectories,
  ldap: ['servers', 'domain'],
  windowsDomain: ['servers', 'filter'],
} as const;

const isThere = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined;

export const radiusTarget = z
  .strictObject({
    kind: z.enum(['radius', 'ldap', 'windowsDomain']).default('radius').meta({
      description:
        'ldap takes PAP; windowsDomain also MS-CHAPv2, whose strength is that of one DES key: carry it over TLS.',
    }),
    servers: z
      .array(server)
      .max(maxServers)
      .refine((list) => new Set(list.map(({ serverId }) => serverId)).size === list.length, {
        error: 'each server has its own serverId',
      })
      .default([])
      .meta({ description: 'RADIUS servers, asked in their order; for kind radius.' }),
    directories: z.array(directory).max(maxServers).exactOptional().meta({
      description: 'LDAP servers or domain controllers, asked in their order.',
    }),
    baseDn: dn.exactOptional().meta({ description: 'Where people are looked for.' }),
    filter: z
      .string()
      .max(1_000)
      .refine(isFilterTemplate, `must be an LDAP filter with ${usernamePlace} as a value`)
      .exactOptional()
      .meta({ description: `How people are found; (uid=${usernamePlace}) where absent.` }),
    bindDn: line(maxDnLength)
      .regex(/[=@\\]/, 'must be a DN, user@domain or DOMAIN\\user')
      .exactOptional()
      .meta({
        description:
          'The account that looks for people: a DN, or for a Windows domain user@domain or DOMAIN\\user.',
      }),
    bindPassword: field.secret(),
    bindPasswordSet: field.secretIsSet,
    usernameAttribute: attribute.exactOptional().meta({
      description:
        'Holds the name by which a person is known here; uid where absent, in a Windows domain userPrincipalName or else sAMAccountName.',
    }),
    groupAttribute: attribute.exactOptional().meta({ description: 'memberOf where absent.' }),
    nestedGroups: z.boolean().exactOptional().meta({
      description:
        'Whether people are in the groups of their groups, too, as Active Directory tells; on where absent for windowsDomain, off for ldap.',
    }),
    domain: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,15}$/, 'must be the NetBIOS name of the domain')
      .exactOptional(),
    replies: groupReplies.exactOptional(),
  })
  .superRefine((target, context) => {
    const { kind } = target;
    for (const name of needed[kind])
      if (!isThere(target[name]))
        context.addIssue({ code: 'custom', path: [name], message: `is needed for kind ${kind}` });
    for (const name of foreign[kind])
      if (isThere(target[name]))
        context.addIssue({ code: 'custom', path: [name], message: `is not for kind ${kind}` });
  });
