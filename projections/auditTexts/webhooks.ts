import type { WebhookEvents } from '../../domain/events/webhooks.ts';
import type { Texts } from './parts.ts';

export const webhookTexts: Texts<WebhookEvents> = {
  DeliveryQueued: ({ data }) => [`${data.type} is to be told to webhook ${data.webhookId}`],
  DeliveryFailed: ({ data }) => [
    `Delivery to a webhook failed, attempt ${data.attempt}: ${data.reason}`,
    data.retryAt === undefined ? '' : `; next at ${data.retryAt}`,
  ],
  DeliveryAcknowledged: ({ data }) => [
    `Webhook acknowledged attempt ${data.attempt} with ${data.status}`,
  ],
  DeliveryParked: ({ data }) => [`Delivery to a webhook was given up: ${data.reason}`],
  DeliveryRedelivered: () => ['Delivery to a webhook was ordered again'],
};
