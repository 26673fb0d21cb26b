import { z } from 'zod';
import type { Facade } from '../facade.ts';
import { requireScope } from './authenticate.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';
import { scopes } from './scopes.ts';

const accountReply = z.object({
  accountId: z.string(),
  name: z.string(),
  groups: z.array(z.string()).readonly(),
});
export type AccountReply = z.output<typeof accountReply>;

const tag = 'callers';
const maxGroups = 20;

/** The programs that may call: service accounts of the Web Service SDK, and clients of this interface. */
export const callers = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'post',
    path: '/service-accounts',
    id: 'addServiceAccount',
    summary: 'Add a service account for the Web Service SDK; its password is in this answer only',
    tag,
    scope: 'settings.write',
    body: z.strictObject({
      name: field.line(64),
      groups: z.array(field.line(128)).max(maxGroups).exactOptional(),
    }),
    replies: { 201: z.object({ username: z.string(), password: z.string() }) },
    async run({ body, caller }, reply) {
      return reply(201, await commands.addServiceAccount(caller, body));
    },
  }),
  route({
    method: 'get',
    path: '/service-accounts',
    id: 'listServiceAccounts',
    summary: 'All service accounts',
    tag,
    scope: 'settings.read',
    replies: { 200: z.object({ items: z.array(accountReply).readonly() }) },
    async run(_call, reply) {
      return reply(200, { items: await queries.listServiceAccounts() });
    },
  }),
  route({
    method: 'delete',
    path: '/service-accounts/{name}',
    id: 'removeServiceAccount',
    summary: 'Remove a service account',
    tag,
    scope: 'settings.write',
    params: z.strictObject({ name: field.line(64) }),
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.removeServiceAccount(caller, params.name);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'post',
    path: '/api-clients',
    id: 'addApiClient',
    summary: 'Add a client of this interface; its token is in this answer only',
    tag,
    scope: 'settings.write',
    body: z.strictObject({
      name: field.line(64),
      scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
    }),
    replies: { 201: z.object({ clientId: z.string(), token: z.string() }) },
    async run({ body, caller, principal }, reply) {
      // Nobody hands out more than they hold.
      for (const scope of body.scopes) requireScope(principal, scope);
      return reply(201, await commands.addApiClient(caller, body));
    },
  }),
  route({
    method: 'delete',
    path: '/api-clients/{clientId}',
    id: 'removeApiClient',
    summary: 'Remove a client; its token stops working',
    tag,
    scope: 'settings.write',
    params: z.strictObject({ clientId: field.id }),
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.removeApiClient(caller, params.clientId);
      return reply(204, undefined);
    },
  }),
];
