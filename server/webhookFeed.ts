import { setTimeout as pause } from 'node:timers/promises';
import {
  WrongExpectedRevision,
  type EventStore,
  type StoredEvent,
} from '../adapters/eventStore/port.ts';
import { eventId } from '../adapters/eventStore/eventId.ts';
import type { Views } from '../adapters/views/port.ts';
import type { Engine } from '../api/commands/engine.ts';
import { emptyConfiguration, evolveConfiguration } from '../domain/configuration.ts';
import { dottedType, giveUpAt } from '../domain/delivery.ts';
import { deliveryStream, parseStream, settingsStream } from '../domain/ids.ts';
import { systemActor } from '../domain/inputs.ts';
import { toIso } from '../domain/instants.ts';
import type { Logger } from '../runtime/logger.ts';
import type { PositionFile } from './positionFile.ts';
import { webhookMatcher } from './webhookMatch.ts';

/** Things whose newest delivery is remembered; the views know the others. */
const maxRemembered = 50_000;
const retryMs = 2_000;
const saveEveryMs = 1_000;
const pageSize = 1_000;

type Options = {
  readonly events: EventStore;
  readonly views: Pick<Views, 'reader'>;
  readonly engine: Pick<Engine, 'start'>;
  readonly position: PositionFile;
  readonly log: Logger;
  readonly now: () => number;
};

/** The same for one event and one webhook, whoever reads the event, and how often. */
const deliveryIdOf = (event: StoredEvent, webhookId: string): string =>
  eventId(`webhook-${webhookId}`, event.id).replaceAll('-', '').toUpperCase();

/**
 * Follows the log from where it was left and has every event told to the webhooks that want it. The configuration is
 * that of the event's own time, and a delivery is on record before it goes out, so that neither a crash nor a second node
 * loses or doubles one. Deliveries themselves are told to nobody.
 */
export const startWebhookFeed = async (options: Options): Promise<{ stop(): Promise<void> }> => {
  const { events, views, engine, position: kept, log, now } = options;
  const isWanted = webhookMatcher(events);
  const newest = new Map<string, string>();
  const stopping = new AbortController();

  let position = (await kept.read()) ?? (await events.head());
  let saved = -1;
  let configuration = emptyConfiguration;
  for (let from = 0, isLast = false; !isLast; from += pageSize) {
    const page = await events.readStream(settingsStream, from, pageSize);
    isLast = page.length < pageSize;
    for (const event of page)
      if (event.position <= position) configuration = evolveConfiguration(configuration, event);
  }

  const aheadOf = async (webhookId: string, aggregate: string): Promise<string | undefined> => {
    const remembered = newest.get(`${webhookId} ${aggregate}`);
    if (remembered !== undefined) return remembered;
    const row = await views.reader
      .selectFrom('deliveries')
      .select('deliveryId')
      .where('webhookId', '=', webhookId)
      .where('aggregate', '=', aggregate)
      .where('state', '=', 'open')
      .orderBy('position', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.deliveryId;
  };
  const remember = (webhookId: string, aggregate: string, deliveryId: string): void => {
    const key = `${webhookId} ${aggregate}`;
    newest.delete(key);
    newest.set(key, deliveryId);
    if (newest.size > maxRemembered) newest.delete(newest.keys().next().value!);
  };

  const tell = async (event: StoredEvent, webhookId: string): Promise<void> => {
    const deliveryId = deliveryIdOf(event, webhookId);
    const stream = deliveryStream(deliveryId);
    const ahead = await aheadOf(webhookId, event.stream);
    const queued = {
      webhookId,
      type: dottedType(event.type),
      occurredAt: event.meta.at,
      aggregate: event.stream,
      position: event.position,
      giveUpAt: giveUpAt(now()),
      ...(ahead === undefined || ahead === deliveryId ? {} : { after: ahead }),
    };
    // The id that the workflow's own first step would give it.
    const id = eventId(stream, `queue/${stream}/0`);
    const meta = {
      at: toIso(now()),
      actor: systemActor,
      correlationId: deliveryId,
      workflowId: stream,
    };
    try {
      await events.commit([
        {
          stream,
          expectedRevision: -1,
          events: [{ id, type: 'DeliveryQueued', data: queued, meta }],
        },
      ]);
    } catch (error) {
      // Another node was first; its record counts.
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
    remember(webhookId, event.stream, deliveryId);
    await engine.start('delivery', stream, { deliveryId, onRecord: true });
  };

  const take = async (event: StoredEvent): Promise<void> => {
    if (event.position <= position) return;
    if (event.stream === settingsStream) configuration = evolveConfiguration(configuration, event);
    if (parseStream(event.stream).category !== 'delivery')
      for (const [webhookId, webhook] of configuration.items.webhook)
        if (await isWanted(webhook, event)) await tell(event, webhookId);
    position = event.position;
  };

  const save = async (): Promise<void> => {
    if (position === saved) return;
    const reached = position;
    await kept.write(reached);
    saved = reached;
  };

  /** The engine or the log may be away for a while; nothing is skipped. */
  const untilTaken = async (event: StoredEvent): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        return await take(event);
      } catch (error) {
        log.warn('an event could not be handed to its webhooks yet', {
          position: event.position,
          error,
        });
        await pause(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  await save();
  const subscription = events.subscribe(
    position,
    async (batch) => {
      for (const event of batch) await untilTaken(event);
    },
    (error) => log.error('webhooks hear of nothing any more until a restart', { error }),
  );
  let saving = Promise.resolve();
  const timer = setInterval(() => {
    saving = saving.then(save).catch((error: unknown) => {
      log.warn('the position of the webhooks could not be kept', { error });
    });
  }, saveEveryMs);
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      subscription.close();
      await saving;
      await save();
    },
  };
};
