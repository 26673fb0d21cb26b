import { expiring } from './expiry.ts';
import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const deliveries = table({
  name: 'deliveries',
  key: 'deliveryId',
  columns: {
    deliveryId: 'text',
    position: 'integer',
    webhookId: 'text',
    type: 'text',
    aggregate: 'text?',
    eventPosition: 'integer?',
    occurredAt: 'text',
    queuedAt: 'text',
    state: 'text',
    attempts: 'integer',
    lastReason: 'text?',
    retryAt: 'text?',
    endedAt: 'text?',
  },
  findBy: ['position'],
  indexes: [
    ['webhookId', 'position'],
    ['state', 'position'],
    ['webhookId', 'aggregate', 'position'],
  ],
});

/** What was and is to be told to webhooks, and how that goes. */
export const deliveriesProjection: Projection = {
  name: 'deliveries',
  version: 2,
  tables: [deliveries],
  on: {
    AuditRetentionApplied: expiring({
      family: 'messages',
      table: 'deliveries',
      key: 'deliveryId',
      age: 'position',
      isOver: ({ state }) => state === 'acknowledged' || state === 'parked',
    }),
    DeliveryQueued(event, rows) {
      const { webhookId, type, aggregate, position, occurredAt } = event.data;
      rows.put('deliveries', {
        deliveryId: streamId(event),
        position: event.position,
        webhookId,
        type,
        aggregate: aggregate ?? null,
        eventPosition: position ?? null,
        occurredAt,
        queuedAt: event.meta.at,
        state: 'open',
        attempts: 0,
        lastReason: null,
        retryAt: null,
        endedAt: null,
      });
    },
    DeliveryFailed: (event, rows) =>
      rows.change('deliveries', streamId(event), {
        attempts: event.data.attempt,
        lastReason: event.data.reason,
        retryAt: event.data.retryAt ?? null,
      }),
    DeliveryAcknowledged: (event, rows) =>
      rows.change('deliveries', streamId(event), {
        state: 'acknowledged',
        attempts: event.data.attempt,
        retryAt: null,
        endedAt: event.meta.at,
      }),
    DeliveryParked: (event, rows) =>
      rows.change('deliveries', streamId(event), {
        state: 'parked',
        retryAt: null,
        endedAt: event.meta.at,
      }),
    DeliveryRedelivered: (event, rows) =>
      rows.change('deliveries', streamId(event), { state: 'open', endedAt: null }),
  },
};
