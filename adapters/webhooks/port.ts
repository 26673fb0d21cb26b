import type { JsonObject } from '../../domain/json.ts';

/** One signed POST. */
export type WebhookPost = {
  readonly url: string;
  /** Stable over tries: receivers tell doubles apart by it. */
  readonly deliveryId: string;
  readonly type: string;
  readonly body: string;
  readonly keyId: string;
  readonly secret: string;
  /** Unix seconds. */
  readonly timestamp: number;
};

export type WebhookAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  /** Nobody answered, or not in time; worth another try. */
  | { readonly kind: 'noAnswer'; readonly reason: string }
  /** The rules forbid the target (SEC-62); nothing was sent. */
  | { readonly kind: 'forbidden'; readonly reason: string };

/** A way for events to reach somebody else's system. */
export interface Webhooks {
  post(post: WebhookPost): Promise<WebhookAnswer>;
  /** What is told of an event on record: what its line in the audit log shows, no secrets. */
  describe(position: number): Promise<JsonObject>;
}
