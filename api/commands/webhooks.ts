import { setTimeout as pause } from 'node:timers/promises';
import { Rejected } from '../../domain/errors.ts';
import { deliveryStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import { redeliverSignal } from '../../workflows/contracts.ts';
import type { WebhookCommands } from '../facade/webhooks.ts';
import { rowOfItem } from '../queries/itemRows.ts';
import { originOf, type CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';

/** A delivery is on record, and shown, a moment after it was started. */
const shownWithinMs = 2_000;
const lookEveryMs = 25;

export const webhookCommands = (context: CommandContext): WebhookCommands => {
  const { engine, views, newId, now } = context;

  const isShown = async (deliveryId: string): Promise<boolean> =>
    (await views.reader
      .selectFrom('deliveries')
      .select('deliveryId')
      .where('deliveryId', '=', deliveryId)
      .executeTakeFirst()) !== undefined;

  return {
    async testWebhook(caller, webhookId) {
      if (!(await rowOfItem(views.reader, 'webhook', webhookId)))
        throw new Rejected('notFound', `there is no webhook "${webhookId}"`);
      const deliveryId = newId();
      const occurredAt = toIso(now());
      await engine.start('delivery', deliveryStream(deliveryId), {
        deliveryId,
        webhookId,
        type: 'webhook.test',
        occurredAt,
        body: { message: 'This is a test.', orderedBy: `${caller.actor.kind} ${caller.actor.id}` },
      });
      for (let waited = 0; waited < shownWithinMs; waited += lookEveryMs) {
        if (await isShown(deliveryId)) break;
        await pause(lookEveryMs);
      }
      return { deliveryId };
    },

    async redeliver(caller, deliveryId) {
      if (!(await isShown(deliveryId))) throw new Rejected('notFound', 'there is no such delivery');
      const order = newId();
      const again = { order, origin: await originOf(context, caller, deliveryId) };
      const workflowId = deliveryStream(deliveryId);
      const input = { deliveryId, onRecord: true, again } as const;
      if (await engine.start('delivery', workflowId, input, { again: true })) return;
      try {
        await engine.signal(workflowId, redeliverSignal, again);
      } catch (error) {
        // It ended between the two calls: then the next order starts it anew.
        if (!(error instanceof NotRunning)) throw error;
        await engine.start('delivery', workflowId, input, { again: true });
      }
    },
  };
};
