import type { WebhookEvents } from '../../domain/events/webhooks.ts';
import type { Texts } from './parts.ts';

export const webhookTexts: Texts<WebhookEvents> = {};
