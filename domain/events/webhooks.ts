/** One delivery to a webhook; stream delivery-<deliveryId>. */
export type WebhookEvents = Readonly<Record<never, never>>;
