import type { WebhookEvents } from '../../../domain/events/webhooks.ts';
import { count, id, instant, optional, sealed, text, type Shapes } from '../fields.ts';

export const webhookFields = {
  DeliveryQueued: {
    webhookId: id,
    type: id,
    occurredAt: instant,
    aggregate: optional(id),
    after: optional(id),
    position: optional(count),
    body: optional(sealed),
    giveUpAt: instant,
  },
  DeliveryFailed: {
    attempt: count,
    status: optional(count),
    reason: text,
    retryAt: optional(instant),
  },
  DeliveryAcknowledged: { attempt: count, status: count },
  DeliveryParked: { reason: text },
  DeliveryRedelivered: { giveUpAt: instant },
} satisfies Shapes<WebhookEvents>;
