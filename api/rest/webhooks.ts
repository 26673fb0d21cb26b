import { z } from 'zod';
import type { Facade } from '../facade.ts';
import * as field from './fields.ts';
import { itemId } from './items/fields.ts';
import { Problem } from './problem.ts';
import { route, type Operation } from './route.ts';

const deliveryState = z.enum(['open', 'acknowledged', 'parked']);
const deliveryReply = z.object({
  deliveryId: z.string().meta({ description: 'The receiver tells doubles apart by it.' }),
  webhookId: z.string(),
  type: z.string(),
  occurredAt: field.instant,
  queuedAt: field.instant,
  state: deliveryState,
  attempts: z.int(),
  lastReason: z.string().optional(),
  retryAt: field.instant.optional(),
  endedAt: field.instant.optional(),
  position: z.int().optional().meta({ description: 'Of the event in the log.' }),
});
const backlogReply = z.object({
  open: z.int(),
  parked: z.int(),
  oldestQueuedAt: field.instant.optional(),
});
export type DeliveryReply = z.output<typeof deliveryReply>;
export type DeliveriesReply = {
  readonly items: readonly DeliveryReply[];
  readonly nextCursor?: string;
  readonly backlog: z.output<typeof backlogReply>;
};

const tag = 'webhooks';
const one = z.strictObject({ id: field.id });
const ofWebhook = z.strictObject({ id: itemId });

/** What webhooks were told; the webhooks themselves are items of the configuration. */
export const webhooks = ({ commands, queries }: Facade): readonly Operation[] => [
  route({
    method: 'get',
    path: '/webhooks/{id}/deliveries',
    id: 'listDeliveries',
    summary: 'Deliveries of a webhook, newest first, and how many wait or were given up',
    tag,
    scope: 'settings.read',
    params: ofWebhook,
    query: z.strictObject({ state: deliveryState.optional(), ...field.paging }),
    replies: {
      200: z.object({ ...field.page(deliveryReply).shape, backlog: backlogReply }),
    },
    async run({ params, query }, reply) {
      const filter = field.given({ webhookId: params.id, state: query.state });
      const found = await queries.listDeliveries(filter, field.pagingOf(query));
      const backlog = await queries.webhookBacklog(params.id);
      return reply(200, { ...field.pageBody(found), backlog });
    },
  }),
  route({
    method: 'post',
    path: '/webhooks/{id}/test',
    id: 'testWebhook',
    summary: 'Have a message of type webhook.test delivered',
    tag,
    scope: 'settings.write',
    params: ofWebhook,
    replies: { 202: z.object({ deliveryId: z.string() }) },
    async run({ params, caller, base }, reply) {
      const made = await commands.testWebhook(caller, params.id);
      return reply(202, made, { Location: `${base}/deliveries/${made.deliveryId}` });
    },
  }),
  route({
    method: 'get',
    path: '/deliveries/{id}',
    id: 'getDelivery',
    summary: 'How one delivery stands',
    tag,
    scope: 'settings.read',
    params: one,
    replies: { 200: deliveryReply },
    async run({ params }, reply) {
      const found = await queries.getDelivery(params.id);
      if (!found) throw new Problem(404, 'NOT_FOUND', 'There is no such delivery.');
      return reply(200, found);
    },
  }),
  route({
    method: 'post',
    path: '/deliveries/{id}/redeliver',
    id: 'redeliver',
    summary:
      'Try a delivery again now, also one that was given up; 409 where it would begin a grant that nobody ends',
    tag,
    scope: 'settings.write',
    params: one,
    replies: { 202: z.object({ deliveryId: z.string() }) },
    async run({ params, caller }, reply) {
      await commands.redeliver(caller, params.id);
      return reply(202, { deliveryId: params.id });
    },
  }),
];
