import type { WebhookCommands, WebhookQueries } from '../../../api/facade/webhooks.ts';
import { Rejected } from '../../../domain/errors.ts';
import { at, newId, type FakeWorld } from './fakeWorld.ts';

const delivery = {
  deliveryId: 'D1',
  webhookId: 'siem',
  type: 'user.added',
  occurredAt: at,
  queuedAt: at,
  state: 'parked',
  attempts: 76,
  lastReason: 'no answer (connect)',
  endedAt: at,
  position: 7,
} as const;

/** One webhook with one delivery that was given up. */
export const fakeWebhookCommands = (world: FakeWorld): WebhookCommands => ({
  async testWebhook(caller, webhookId) {
    world.called('testWebhook', caller, webhookId);
    if (webhookId !== 'siem') throw new Rejected('notFound', 'there is no such webhook');
    return { deliveryId: newId() };
  },
  async redeliver(caller, deliveryId) {
    world.called('redeliver', caller, deliveryId);
    if (deliveryId !== 'D1') throw new Rejected('notFound', 'there is no such delivery');
  },
});

export const fakeWebhookQueries = (): WebhookQueries => ({
  listDeliveries: async () => ({ rows: [delivery] }),
  getDelivery: async (deliveryId) => (deliveryId === 'D1' ? delivery : undefined),
  webhookBacklog: async () => ({ open: 0, parked: 1 }),
});
