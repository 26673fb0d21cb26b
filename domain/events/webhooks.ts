import type { Sealed } from '../sealed.ts';

/** One delivery to a webhook; stream delivery-<deliveryId>. */
export type WebhookEvents = {
  /** What is told is the event at `position` of the log, or `body`, JSON sealed under `requests`. */
  DeliveryQueued: {
    webhookId: string;
    /** Dotted. */
    type: string;
    occurredAt: string;
    /** Deliveries about one thing go out in order. */
    aggregate?: string;
    /** The delivery that goes out before this one. */
    after?: string;
    position?: number;
    body?: Sealed;
    giveUpAt: string;
  };
  /** `status` is that of HTTP, where an answer came; `retryAt` is absent where it was the last try. */
  DeliveryFailed: { attempt: number; status?: number; reason: string; retryAt?: string };
  DeliveryAcknowledged: { attempt: number; status: number };
  /** Nobody tries any more by themselves. */
  DeliveryParked: { reason: string };
  /** Somebody ordered further tries. */
  DeliveryRedelivered: { giveUpAt: string };
};
