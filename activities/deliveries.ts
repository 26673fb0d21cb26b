import { evolveApproval, noApproval, type Approval } from '../domain/approval/approval.ts';
import { activationOf, whyNoGrant } from '../domain/approval/callbacks.ts';
import {
  decideOutcome,
  decideRedelivery,
  evolveDelivery,
  giveUpAt,
  noDelivery,
  type Delivery,
  type DeliveryOutcome,
  type DeliveryState,
} from '../domain/delivery.ts';
import { notify, type Effect } from '../domain/effects.ts';
import { Rejected } from '../domain/errors.ts';
import type { DomainEvent, EventData } from '../domain/events.ts';
import { approvalStream, deliveryStream, settingsStream } from '../domain/ids.ts';
import { systemActor, type Origin } from '../domain/inputs.ts';
import type { SealedPlace } from '../domain/sealed.ts';
import type { Aggregates } from './aggregates.ts';
import { record, untilNoConflict } from './facts.ts';
import { readWhole } from './foldCache.ts';
import type { Ports } from './ports.ts';

/** How a delivery stands after a step, as far as its workflow needs to know. */
export type DeliveryProgress = {
  readonly status: Exclude<DeliveryState['status'], 'none'>;
  readonly attempts: number;
  readonly retryAt?: string;
  readonly after?: string;
  readonly effects: readonly Effect[];
};

type Which = { readonly deliveryId: string };

const bodyPlace = (deliveryId: string): SealedPlace => ({
  owner: 'requests',
  stream: deliveryStream(deliveryId),
  field: 'body',
});

const progressOf = (state: DeliveryState, effects: readonly Effect[] = []): DeliveryProgress => {
  if (state.status === 'none') throw new Rejected('notFound', 'there is no such delivery');
  const { status, attempts, retryAt, queued } = state;
  return {
    status,
    attempts,
    effects,
    ...(retryAt === undefined ? {} : { retryAt }),
    ...(queued.after === undefined ? {} : { after: queued.after }),
  };
};

const bySystem = (deliveryId: string): Origin => ({
  actor: systemActor,
  correlationId: deliveryId,
});

/** The steps of one delivery to a webhook. Its stream has one writer at a time, its workflow. */
export const createDeliveries = (ports: Ports, aggregates: Aggregates) => {
  const { events, secrets, webhooks, clock } = ports;

  const load = async (deliveryId: string) => {
    const facts = await readWhole(events, deliveryStream(deliveryId));
    return {
      state: facts.reduce<DeliveryState>(evolveDelivery, noDelivery),
      revision: facts.length - 1,
    };
  };

  /** Decides on what is on record, until nobody came in between. */
  const take = async (
    { deliveryId }: Which,
    step: string,
    origin: Origin,
    decide: (state: DeliveryState) => readonly DomainEvent[] | Promise<readonly DomainEvent[]>,
    effectsOf: (
      facts: readonly DomainEvent[],
      state: DeliveryState,
    ) => readonly Effect[] = () => [],
  ): Promise<DeliveryProgress> =>
    await untilNoConflict(
      async () => {
        const { state, revision } = await load(deliveryId);
        const facts = await decide(state);
        if (facts.length > 0)
          await record(ports, step, origin, [
            { stream: deliveryStream(deliveryId), expectedRevision: revision, facts },
          ]);
        const after = facts.reduce<DeliveryState>(evolveDelivery, state);
        return progressOf(after, effectsOf(facts, after));
      },
      () => undefined,
    );

  /** Why a callback must not be told, however often it was ordered; undefined where it may. */
  const whyNot = async (queued: EventData['DeliveryQueued']): Promise<string | undefined> => {
    const approvalId = activationOf(queued);
    if (approvalId === undefined) return undefined;
    const facts = await readWhole(events, approvalStream(approvalId));
    return whyNoGrant(facts.reduce<Approval>(evolveApproval, noApproval));
  };

  /** What is posted, made anew for every try: names as they are known by then. */
  const bodyOf = async (deliveryId: string, state: DeliveryState): Promise<string> => {
    if (state.status === 'none') throw new Rejected('notFound', 'there is no such delivery');
    const { type, occurredAt, position, body: sealed } = state.queued;
    const body = sealed && (await secrets.open(bodyPlace(deliveryId), sealed));
    const data: unknown =
      body !== undefined
        ? JSON.parse(body)
        : position === undefined
          ? {}
          : await webhooks.describe(position);
    return JSON.stringify({ id: deliveryId, type, occurredAt, data });
  };

  /** The newest key of a webhook that is there and active. */
  const targetOf = async (webhookId: string) => {
    const { items } = (await aggregates.configuration()).state;
    const webhook = items.webhook.get(webhookId);
    const key = webhook?.keys.at(-1);
    if (!webhook || !key) return 'removed';
    if (!webhook.active) return 'inactive';
    const field = `webhook.${webhookId}.keys.${key.keyId}`;
    const place: SealedPlace = { owner: 'settings', stream: settingsStream, field };
    const secret = (await secrets.open(place, key.secret)) ?? '';
    return { url: webhook.url, keyId: key.keyId, secret };
  };

  return {
    /** Writes down what is to be told, once; says how it stands where it is on record already. */
    async queueDelivery({
      deliveryId,
      delivery,
      origin,
    }: Which & {
      readonly delivery?: Delivery;
      readonly origin?: Origin;
    }): Promise<DeliveryProgress> {
      return await take({ deliveryId }, 'queue', origin ?? bySystem(deliveryId), async (state) => {
        if (state.status !== 'none' || delivery === undefined) return [];
        const { deliveryId: _, body, ...rest } = delivery;
        const sealed =
          body === undefined
            ? {}
            : { body: await secrets.seal(bodyPlace(deliveryId), JSON.stringify(body)) };
        return [
          { type: 'DeliveryQueued', data: { ...rest, ...sealed, giveUpAt: giveUpAt(clock()) } },
        ];
      });
    },

    async readDelivery({ deliveryId }: Which): Promise<DeliveryProgress | undefined> {
      const { state } = await load(deliveryId);
      return state.status === 'none' ? undefined : progressOf(state);
    },

    /** One try. It decides nothing: what it came to is recorded by the next step. */
    async sendDelivery({ deliveryId }: Which): Promise<DeliveryOutcome> {
      const { state } = await load(deliveryId);
      if (state.status === 'none') return { ok: false, reason: 'not on record', final: true };
      const moot = await whyNot(state.queued);
      if (moot !== undefined) return { ok: false, reason: moot, final: true, withdrawn: true };
      const target = await targetOf(state.queued.webhookId);
      if (target === 'removed')
        return { ok: false, reason: 'the webhook was removed', final: true };
      if (target === 'inactive') return { ok: false, reason: 'the webhook is not active' };
      const answer = await webhooks.post({
        ...target,
        deliveryId,
        type: state.queued.type,
        body: await bodyOf(deliveryId, state),
        timestamp: Math.floor(clock() / 1000),
      });
      switch (answer.kind) {
        case 'answered': {
          const { status } = answer;
          const ok = status >= 200 && status < 300;
          return ok ? { ok, status } : { ok, status, reason: `the receiver answered ${status}` };
        }
        case 'forbidden':
          return { ok: false, reason: `the target is not allowed (${answer.reason})` };
        case 'noAnswer':
          return { ok: false, reason: `no answer (${answer.reason})` };
      }
    },

    async recordDelivery({
      deliveryId,
      attempt,
      outcome,
    }: Which & {
      readonly attempt: number;
      readonly outcome: DeliveryOutcome;
    }): Promise<DeliveryProgress> {
      const isWithdrawn = !outcome.ok && outcome.withdrawn === true;
      return await take(
        { deliveryId },
        `attempt/${attempt}`,
        bySystem(deliveryId),
        (state) => decideOutcome(state, attempt, outcome, clock()),
        (_, state) =>
          state.status === 'parked' && !isWithdrawn
            ? [parkedNotice(deliveryId, attempt, state)]
            : [],
      );
    },

    /** `order` names the order: one is one, however often it is repeated. */
    async redeliver({
      deliveryId,
      order,
      origin,
    }: Which & { readonly order: string; readonly origin: Origin }): Promise<DeliveryProgress> {
      const stepId = ports.eventId(deliveryStream(deliveryId), order);
      return await take({ deliveryId }, `redeliver/${stepId}`, origin, async (state) => {
        const moot = state.status === 'none' ? undefined : await whyNot(state.queued);
        return moot === undefined ? decideRedelivery(state, clock()) : [];
      });
    },
  };
};

const parkedNotice = (
  deliveryId: string,
  attempt: number,
  { queued }: Exclude<DeliveryState, { readonly status: 'none' }>,
): Effect =>
  notify({
    noticeId: `webhookParked-${deliveryId}-${attempt}`,
    occasion: 'webhookParked',
    to: { kind: 'notified' },
    values: {
      webhook: queued.webhookId,
      type: queued.type,
      deliveryId,
      reason: 'no try succeeded',
    },
  });
