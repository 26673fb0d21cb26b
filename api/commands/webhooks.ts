import { setTimeout as pause } from 'node:timers/promises';
import type { StoredEvent } from '../../adapters/eventStore/port.ts';
import { evolveApproval, noApproval, type Approval } from '../../domain/approval/approval.ts';
import { activationOf, whyNoGrant } from '../../domain/approval/callbacks.ts';
import { Rejected } from '../../domain/errors.ts';
import { approvalStream, deliveryStream } from '../../domain/ids.ts';
import { toIso } from '../../domain/instants.ts';
import { redeliverSignal } from '../../workflows/contracts.ts';
import type { WebhookCommands } from '../facade/webhooks.ts';
import { rowOfItem } from '../queries/itemRows.ts';
import { originOf, type CommandContext } from './context.ts';
import { NotRunning } from './engine.ts';

/** A delivery is on record, and shown, a moment after it was started. */
const shownWithinMs = 2_000;
const lookEveryMs = 25;
/** Events that are read in one go. */
const pageEvents = 1_000;

export const webhookCommands = (context: CommandContext): WebhookCommands => {
  const { engine, views, events, newId, now } = context;

  const wholeStream = async (stream: string): Promise<readonly StoredEvent[]> => {
    const all: StoredEvent[] = [];
    for (;;) {
      const page = await events.readStream(stream, all.length, pageEvents);
      all.push(...page);
      if (page.length < pageEvents) return all;
    }
  };

  /** Why it must not be told any more; undefined where it may. The delivery itself looks again before each try. */
  const whyNot = async (deliveryId: string): Promise<string | undefined> => {
    const [queued] = await events.readStream(deliveryStream(deliveryId), 0, 1);
    const approvalId = queued?.type === 'DeliveryQueued' ? activationOf(queued.data) : undefined;
    if (approvalId === undefined) return undefined;
    const facts = await wholeStream(approvalStream(approvalId));
    return whyNoGrant(facts.reduce<Approval>(evolveApproval, noApproval));
  };

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
      const moot = await whyNot(deliveryId);
      if (moot !== undefined) throw new Rejected('alreadyDecided', moot);
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
