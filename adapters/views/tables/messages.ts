import type { Sealed } from '../../../domain/sealed.ts';

/** A mail, or one that was due and not sent. */
export type MailRow = {
  mailId: string;
  noticeId: string;
  position: number;
  occasion: string;
  state: 'queued' | 'sent' | 'failed' | 'skipped';
  reason: string | null;
  /** Whom it is about, and whom it goes to. */
  userId: string | null;
  toUserId: string | null;
  toSealed: Sealed | null;
  at: string;
  changedAt: string;
};

export type DeliveryRow = {
  deliveryId: string;
  /** Log position at which it was queued. */
  position: number;
  webhookId: string;
  type: string;
  aggregate: string | null;
  /** Log position of the event that is told; null where somebody else made the body. */
  eventPosition: number | null;
  occurredAt: string;
  queuedAt: string;
  state: 'open' | 'acknowledged' | 'parked';
  attempts: number;
  lastReason: string | null;
  retryAt: string | null;
  endedAt: string | null;
};
