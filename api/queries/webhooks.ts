import type { DeliveryRow } from '../../adapters/views/port.ts';
import type { DeliveryView, WebhookQueries } from '../facade/webhooks.ts';
import type { QueryContext } from './context.ts';
import { newestFirst } from './paging.ts';

const shown = (row: DeliveryRow): DeliveryView => ({
  deliveryId: row.deliveryId,
  webhookId: row.webhookId,
  type: row.type,
  occurredAt: row.occurredAt,
  queuedAt: row.queuedAt,
  state: row.state,
  attempts: row.attempts,
  ...(row.lastReason === null ? {} : { lastReason: row.lastReason }),
  ...(row.retryAt === null ? {} : { retryAt: row.retryAt }),
  ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
  ...(row.eventPosition === null ? {} : { position: row.eventPosition }),
});

export const webhookQueries = ({ reader }: QueryContext): WebhookQueries => ({
  async listDeliveries(filter, paging) {
    let query = reader.selectFrom('deliveries').selectAll();
    if (filter.webhookId !== undefined) query = query.where('webhookId', '=', filter.webhookId);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    return newestFirst(query, paging, async (rows) => rows.map(shown));
  },
  async getDelivery(deliveryId) {
    const row = await reader
      .selectFrom('deliveries')
      .selectAll()
      .where('deliveryId', '=', deliveryId)
      .executeTakeFirst();
    return row && shown(row);
  },
  async webhookBacklog(webhookId) {
    const rows = await reader
      .selectFrom('deliveries')
      .select(({ fn }) => [
        'state',
        fn.countAll<number>().as('count'),
        fn.min('queuedAt').as('oldest'),
      ])
      .where('webhookId', '=', webhookId)
      .where('state', 'in', ['open', 'parked'])
      .groupBy('state')
      .execute();
    const of = (state: 'open' | 'parked') => rows.find((row) => row.state === state);
    const oldest = of('open')?.oldest;
    return {
      open: of('open')?.count ?? 0,
      parked: of('parked')?.count ?? 0,
      ...(oldest === undefined ? {} : { oldestQueuedAt: oldest }),
    };
  },
});
