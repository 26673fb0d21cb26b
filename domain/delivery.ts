import type { JsonObject } from './json.ts';

/** One call to somebody else's system, which is told once it has acknowledged, or given up on and parked. */
export type Delivery = {
  /** The receiver tells doubles apart by it. */
  readonly deliveryId: string;
  /** Item of kind `webhook`. */
  readonly webhookId: string;
  /** What happened, dotted: `approval.activated`. */
  readonly type: string;
  readonly occurredAt: string;
  readonly body: JsonObject;
};

export type DeliveryEnd = 'acknowledged' | 'parked';
