import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { route, type Operation } from './route.ts';

const accountReply = z.object({
  accountId: z.string(),
  name: z.string(),
  groups: z.array(z.string()).readonly(),
});
export type AccountReply = z.output<typeof accountReply>;

const tag = 'callers';
const maxGroups = 20;

/** The service accounts of the Web Service SDK. */
export const callers = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'post',
    path: '/service-accounts',
    id: 'addServiceAccount',
    summary: 'Add a service account for the Web Service SDK; its password is in this answer only',
    tag,
    scope: 'settings.write',
    idempotency: 'remade',
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
];
