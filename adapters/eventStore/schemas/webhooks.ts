import type { WebhookEvents } from '../../../domain/events/webhooks.ts';
import type { Shapes } from '../fields.ts';

export const webhookFields = {} satisfies Shapes<WebhookEvents>;
