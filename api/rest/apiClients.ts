import { z } from 'zod';
import { present } from '../../domain/present.ts';
import type { Facade } from '../facade.ts';
import type { ApiClientLimits, ApiClientView } from '../facade/apiClients.ts';
import { requireToGive } from './authenticate.ts';
import * as field from './fields.ts';
import { addresses, application, dnsName, fingerprint, group } from './items/fields.ts';
import { Problem } from './problem.ts';
import { route, type Operation } from './route.ts';
import { scopes } from './scopes.ts';
import { conflictIsStale, versionNamed, versionTag } from './versions.ts';

const maxGroups = 100;
const maxApplications = 100;
const maxAddresses = 500;
/** Today's certificate, the next one, and those of some machines that are one client. */
const maxCertificates = 20;

const limits = z
  .strictObject({
    groups: z.array(group).min(1).max(maxGroups).exactOptional().meta({
      description: 'Only people of these groups exist for it.',
    }),
    applications: z.array(application).min(1).max(maxApplications).exactOptional().meta({
      description: 'Only logins of these applications exist for it.',
    }),
    addresses: z.array(addresses).min(1).max(maxAddresses).exactOptional().meta({
      description: 'Where it calls from.',
    }),
    until: field.givenInstant
      .exactOptional()
      .meta({ description: 'When its secret and its tokens end.' }),
  })
  .meta({ description: 'What is absent does not limit it.' });

const kind = z.enum(['token', 'clientCredentials', 'certificate']).meta({
  description:
    'token: sends its secret with each call; clientCredentials: changes it for short-lived tokens (RFC 6749 section 4.4); certificate: shows a client certificate, with each call or for such tokens (RFC 8705).',
});
const certificates = z.array(fingerprint).max(maxCertificates).exactOptional().meta({
  description: 'SHA-256 of certificates, one of which it shows, whoever has issued them.',
});
const certificateNames = z.array(dnsName.toLowerCase()).max(maxCertificates).exactOptional().meta({
  description: 'DNS names, one of which its certificate has; one of clientAuthorityFile issued it.',
});
const given = z.array(z.enum(scopes)).min(1).max(scopes.length);

const clientReply = z.object({
  clientId: z.string(),
  name: z.string(),
  kind,
  scopes: z.array(z.string()).readonly(),
  limits: z.object({
    groups: z.array(z.string()).readonly().optional(),
    applications: z.array(z.string()).readonly().optional(),
    addresses: z.array(z.string()).readonly().optional(),
    until: field.instant.optional(),
  }),
  certificates: z.array(z.string()).readonly().optional(),
  certificateNames: z.array(z.string()).readonly().optional(),
  enabled: z.boolean(),
  version: z.int().meta({ description: 'The ETag.' }),
  addedAt: field.instant,
  lastTokenAt: field.instant.optional().meta({
    description: 'When it last changed its secret for a token.',
  }),
});
export type ApiClientReply = z.output<typeof clientReply>;

const tag = 'callers';
const one = z.strictObject({ clientId: field.id });
const path = '/api-clients/{clientId}';

/** The programs that call this interface. */
export const apiClients = ({ commands, queries }: Facade): readonly Operation[] => {
  const find = async (clientId: string): Promise<ApiClientView> => {
    const found = await queries.getApiClient(clientId);
    if (!found) throw new Problem(404, 'NOT_FOUND', 'There is no such API client.');
    return found;
  };

  return [
    route({
      method: 'post',
      path: '/api-clients',
      id: 'addApiClient',
      summary: 'Add a client of this interface; its secret is in this answer only',
      tag,
      scope: 'settings.write',
      idempotency: 'remade',
      body: z.strictObject({
        name: field.line(64),
        scopes: given,
        kind: kind.exactOptional(),
        limits: limits.exactOptional(),
        certificates,
        certificateNames,
      }),
      replies: {
        201: z.object({
          clientId: z.string(),
          token: z.string().optional().meta({
            description:
              'The secret: a bearer token, or the client_secret to change for tokens. A client that shows a certificate has none.',
          }),
        }),
      },
      async run({ body, caller, principal, base }, reply) {
        requireToGive(principal, body.scopes);
        const made = await commands.addApiClient(caller, body);
        const Location = `${base}/api-clients/${made.clientId}`;
        return reply(201, made, { Location, ...versionTag(1) });
      },
    }),
    route({
      method: 'get',
      path: '/api-clients',
      id: 'listApiClients',
      summary: 'All clients of this interface',
      tag,
      scope: 'settings.read',
      replies: { 200: z.object({ items: z.array(clientReply).readonly() }) },
      async run(_call, reply) {
        return reply(200, { items: await queries.listApiClients() });
      },
    }),
    route({
      method: 'get',
      path,
      id: 'getApiClient',
      summary: 'One client of this interface',
      tag,
      scope: 'settings.read',
      params: one,
      replies: { 200: clientReply },
      async run({ params }, reply) {
        const found = await find(params.clientId);
        return reply(200, found, versionTag(found.version));
      },
    }),
    route({
      method: 'patch',
      path,
      id: 'changeApiClient',
      summary: 'Change what a client may do, or switch it off; limits are set as a whole',
      tag,
      scope: 'settings.write',
      versioned: true,
      params: one,
      body: z.strictObject({
        name: field.line(64).exactOptional(),
        scopes: given.exactOptional(),
        limits: limits.exactOptional(),
        enabled: z.boolean().exactOptional(),
        certificates,
        certificateNames,
      }),
      replies: { 200: clientReply },
      async run({ params, body, caller, principal, ifMatch }, reply) {
        const now = await find(params.clientId);
        const seen = versionNamed(ifMatch);
        requireToGive(principal, [...now.scopes, ...(body.scopes ?? [])]);
        const { limits: reach, ...rest } = body;
        const changes = { ...rest, ...present({ limits: reach && plain(reach) }) };
        await commands
          .changeApiClient(caller, params.clientId, changes, seen)
          .catch(conflictIsStale);
        const changed = await find(params.clientId);
        return reply(200, changed, versionTag(changed.version));
      },
    }),
    route({
      method: 'post',
      path: `${path}/secret`,
      id: 'replaceApiClientSecret',
      summary: 'Make a new secret, in this answer only; the one before and its tokens end',
      tag,
      scope: 'settings.write',
      idempotency: 'remade',
      params: one,
      replies: { 201: z.object({ clientId: z.string(), token: z.string() }) },
      async run({ params, caller, principal }, reply) {
        const now = await find(params.clientId);
        requireToGive(principal, now.scopes);
        const { token } = await commands.replaceApiClientSecret(caller, params.clientId);
        return reply(201, { clientId: params.clientId, token });
      },
    }),
    route({
      method: 'delete',
      path,
      id: 'removeApiClient',
      summary: 'Remove a client; its secret and its tokens stop working',
      tag,
      scope: 'settings.write',
      params: one,
      replies: { 204: field.noContent },
      async run({ params, caller }, reply) {
        await commands.removeApiClient(caller, params.clientId);
        return reply(204, undefined);
      },
    }),
  ];
};

const plain = ({ groups, applications, addresses: from, until }: ApiClientLimits) =>
  present({ groups, applications, addresses: from, until });
