import type { Caller, Page, Paging } from '../facade.ts';

export type DeliveryView = {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly queuedAt: string;
  readonly state: 'open' | 'acknowledged' | 'parked';
  readonly attempts: number;
  /** Why the last try failed. */
  readonly lastReason?: string;
  readonly retryAt?: string;
  readonly endedAt?: string;
  /** Log position of the event that is told. */
  readonly position?: number;
};

export type DeliveryFilter = {
  readonly webhookId?: string;
  readonly state?: DeliveryView['state'];
};

/** What a webhook has not been told yet, and what was given up. */
export type Backlog = {
  readonly open: number;
  readonly parked: number;
  /** Since when the oldest open one waits. */
  readonly oldestQueuedAt?: string;
};

export interface WebhookCommands {
  /** Has a message of type `webhook.test` delivered. @throws {Rejected} notFound */
  testWebhook(caller: Caller, webhookId: string): Promise<{ deliveryId: string }>;
  /**
   * Tries a delivery now, also one that was parked or acknowledged.
   * @throws {Rejected} notFound; alreadyDecided where it would begin a grant whose approval is over
   */
  redeliver(caller: Caller, deliveryId: string): Promise<void>;
}

export interface WebhookQueries {
  /** Newest first. */
  listDeliveries(filter: DeliveryFilter, paging: Paging): Promise<Page<DeliveryView>>;
  getDelivery(deliveryId: string): Promise<DeliveryView | undefined>;
  webhookBacklog(webhookId: string): Promise<Backlog>;
}
