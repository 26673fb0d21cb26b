import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { itemId } from './items/fields.ts';
import { route, type Operation } from './route.ts';

const tag = 'RADIUS';
const one = z.strictObject({ id: itemId });

const clientStatus = z.object({
  clientId: z.string(),
  lastPacketAt: field.instant.optional(),
  protocols: z.array(z.string()).readonly(),
  proven: z
    .boolean()
    .optional()
    .meta({ description: 'Whether its last access request carried a Message-Authenticator.' }),
  shortSecret: z.literal(true).optional().meta({
    description: 'Its shared secret has fewer than 24 characters: who sees packets may guess it.',
  }),
  open: z.int().meta({ description: 'Requests that are worked on now.' }),
  connections: z.int().meta({ description: 'Connections over TLS.' }),
  counters: z.object({
    accept: z.int(),
    reject: z.int(),
    challenge: z.int(),
    drop: z.int(),
    duplicate: z.int(),
    accounting: z.int(),
  }),
});
const statusReply = z.object({
  clients: z.array(clientStatus).readonly(),
  dropped: z.record(z.string(), z.int()).readonly().meta({
    description: 'Packets that nobody was answered to, by reason.',
  }),
});
export type RadiusStatusReply = z.output<typeof statusReply>;
const packetReply = z.object({
  at: field.instant,
  direction: z.enum(['in', 'out']),
  peer: z.string(),
  code: z.int(),
  identifier: z.int(),
  attributes: z.array(z.string()).readonly(),
});
const traceReply = z.object({ items: z.array(packetReply).readonly() });
export type RadiusTraceReply = z.output<typeof traceReply>;

/** What RADIUS clients do; the clients themselves are items of the configuration. */
export const radius = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/radius/status',
    id: 'radiusStatus',
    summary: 'What each RADIUS client was seen doing since this process started',
    tag,
    scope: 'settings.read',
    replies: { 200: statusReply },
    run: async (_call, reply) => reply(200, queries.radiusStatus()),
  }),
  route({
    method: 'post',
    path: '/radius/clients/{id}/reset',
    id: 'resetRadiusClient',
    summary: 'Let a client in mode auto send packets without Message-Authenticator again',
    tag,
    scope: 'settings.write',
    params: one,
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.resetRadiusClient(caller, params.id);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'post',
    path: '/radius/clients/{id}/trace',
    id: 'traceRadiusClient',
    summary: 'Keep the packets of a client for ten minutes, without what is secret in them',
    tag,
    scope: 'settings.write',
    params: one,
    replies: { 204: field.noContent },
    async run({ params, caller }, reply) {
      await commands.traceRadiusClient(caller, params.id);
      return reply(204, undefined);
    },
  }),
  route({
    method: 'get',
    path: '/radius/clients/{id}/trace',
    id: 'getRadiusTrace',
    summary: 'The packets that were kept',
    tag,
    scope: 'settings.read',
    params: one,
    replies: { 200: traceReply },
    run: async ({ params }, reply) => reply(200, { items: queries.radiusTrace(params.id) }),
  }),
];
