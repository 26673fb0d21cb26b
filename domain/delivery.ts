import { Rejected } from './errors.ts';
import type { DomainEvent, EventData } from './events.ts';
import { toIso, toMs } from './instants.ts';
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
  /** Absent where the event at `position` of the log is what is told. */
  readonly body?: JsonObject;
  readonly position?: number;
  /** What it is about: deliveries of one webhook about one thing go out in order. */
  readonly aggregate?: string;
  /** The delivery that goes out before this one. */
  readonly after?: string;
};

export type DeliveryEnd = 'acknowledged' | 'parked';

/** How one try went. `final`: no further try can go better. */
export type DeliveryOutcome =
  | { readonly ok: true; readonly status: number }
  | {
      readonly ok: false;
      readonly status?: number;
      readonly reason: string;
      readonly final?: boolean;
      /** It is not to be told any more: nothing went out, and nobody has to see to it. */
      readonly withdrawn?: boolean;
    };

export type DeliveryState =
  | { readonly status: 'none' }
  | {
      readonly status: 'open' | DeliveryEnd;
      readonly queued: EventData['DeliveryQueued'];
      /** Tries in all. */
      readonly attempts: number;
      /** Tries since it was queued, or ordered again. */
      readonly tries: number;
      readonly giveUpAt: string;
      readonly retryAt?: string;
    };

export const noDelivery: DeliveryState = { status: 'none' };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** spec/65 'Webhooks': after these, then hourly. */
const retryMs = [10_000, minuteMs, 5 * minuteMs, 30 * minuteMs] as const;
const giveUpAfterMs = 72 * hourMs;

export const giveUpAt = (nowMs: number): string => toIso(nowMs + giveUpAfterMs);

export const evolveDelivery = (state: DeliveryState, event: DomainEvent): DeliveryState => {
  if (event.type === 'DeliveryQueued') {
    const { data: queued } = event;
    return { status: 'open', queued, attempts: 0, tries: 0, giveUpAt: queued.giveUpAt };
  }
  if (state.status === 'none') return state;
  const { retryAt: _, ...rest } = state;
  switch (event.type) {
    case 'DeliveryFailed': {
      const { attempt, retryAt } = event.data;
      const next = retryAt === undefined ? {} : { retryAt };
      return { ...rest, ...next, attempts: attempt, tries: state.tries + 1 };
    }
    case 'DeliveryAcknowledged':
      return { ...rest, status: 'acknowledged', attempts: event.data.attempt };
    case 'DeliveryParked':
      return { ...rest, status: 'parked' };
    case 'DeliveryRedelivered':
      return { ...rest, status: 'open', tries: 0, giveUpAt: event.data.giveUpAt };
    default:
      return state;
  }
};

/** What follows from one try: the end, or the time of the next one. */
export const decideOutcome = (
  state: DeliveryState,
  attempt: number,
  outcome: DeliveryOutcome,
  nowMs: number,
): readonly DomainEvent[] => {
  // A repeated step finds its attempt on record.
  if (state.status !== 'open' || attempt <= state.attempts) return [];
  if (outcome.ok)
    return [{ type: 'DeliveryAcknowledged', data: { attempt, status: outcome.status } }];
  const { status, reason, final = false } = outcome;
  const failed = { attempt, reason, ...(status === undefined ? {} : { status }) };
  const retryAtMs = nowMs + (retryMs[state.tries] ?? hourMs);
  if (!final && retryAtMs <= toMs(state.giveUpAt))
    return [{ type: 'DeliveryFailed', data: { ...failed, retryAt: toIso(retryAtMs) } }];
  return [
    { type: 'DeliveryFailed', data: failed },
    { type: 'DeliveryParked', data: { reason } },
  ];
};

/** @throws {Rejected} notFound */
export const decideRedelivery = (state: DeliveryState, nowMs: number): readonly DomainEvent[] => {
  if (state.status === 'none') throw new Rejected('notFound', 'there is no such delivery');
  return state.status === 'open'
    ? []
    : [{ type: 'DeliveryRedelivered', data: { giveUpAt: giveUpAt(nowMs) } }];
};

/** `AuthenticationDeviceAnswered` is told as `authentication.deviceAnswered` (spec/85 'Catalogue'). */
export const dottedType = (type: string): string => {
  const [, first = '', rest = ''] =
    /^(ApiClient|ApiCall|ServiceAccount|AccessPass|[A-Z][a-z]*)(.+)$/.exec(type) ?? [];
  return rest === '' ? lower(type) : `${lower(first)}.${lower(rest)}`;
};
const lower = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);

/** Whether a webhook wants to hear of a type; `*` at the end of what it names stands for anything. */
export const wantsType = (types: readonly string[], type: string): boolean =>
  types.some((wanted) =>
    wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type,
  );
