import { describe, expect, test } from '@jest/globals';
import {
  decideOutcome,
  decideRedelivery,
  dottedType,
  evolveDelivery,
  giveUpAt,
  noDelivery,
  wantsType,
  type DeliveryState,
} from '../../domain/delivery.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';

const startMs = Date.UTC(2026, 0, 5, 9);
const queued: DomainEvent = {
  type: 'DeliveryQueued',
  data: {
    webhookId: 'siem',
    type: 'user.added',
    occurredAt: toIso(startMs),
    giveUpAt: giveUpAt(startMs),
  },
};
const fold = (...events: readonly DomainEvent[]): DeliveryState =>
  events.reduce<DeliveryState>(evolveDelivery, noDelivery);
const attemptsOf = (state: DeliveryState): number => (state.status === 'none' ? 0 : state.attempts);

/** Lets every try fail at the moment it is due. @returns the pauses between them, seconds */
const allFail = (from: DeliveryState, fromMs: number) => {
  const pauses: number[] = [];
  let state = from;
  let nowMs = fromMs;
  for (;;) {
    const events = decideOutcome(state, attemptsOf(state) + 1, { ok: false, reason: 'x' }, nowMs);
    state = events.reduce(evolveDelivery, state);
    if (state.status !== 'open') return { pauses, state, nowMs };
    const nextMs = Date.parse(state.retryAt!);
    pauses.push((nextMs - nowMs) / 1000);
    nowMs = nextMs;
  }
};

describe('a delivery', () => {
  test('is tried after 10 s, 1 min, 5 min and 30 min, then hourly for 72 h, then parked', () => {
    const { pauses, state, nowMs } = allFail(fold(queued), startMs);
    expect(pauses.slice(0, 6)).toEqual([10, 60, 300, 1800, 3600, 3600]);
    expect(new Set(pauses.slice(4))).toEqual(new Set([3600]));
    expect(state.status).toBe('parked');
    expect(nowMs - startMs).toBeLessThanOrEqual(72 * 3_600_000);
    expect(nowMs - startMs).toBeGreaterThan(71 * 3_600_000);
  });

  test('ends with the first answer that acknowledges; the same step again is no fact', () => {
    const [acknowledged] = decideOutcome(fold(queued), 1, { ok: true, status: 204 }, startMs);
    expect(acknowledged?.type).toBe('DeliveryAcknowledged');
    const after = fold(queued, acknowledged!);
    expect(after.status).toBe('acknowledged');
    expect(decideOutcome(after, 1, { ok: true, status: 204 }, startMs)).toEqual([]);
  });

  test('is parked at once where no try can go better', () => {
    const outcome = { ok: false, reason: 'the webhook was removed', final: true } as const;
    expect(decideOutcome(fold(queued), 1, outcome, startMs).map(({ type }) => type)).toEqual([
      'DeliveryFailed',
      'DeliveryParked',
    ]);
  });

  test('that was parked gets another 72 h by an order, and counts its attempts on', () => {
    const parked = allFail(fold(queued), startMs);
    const [again] = decideRedelivery(parked.state, parked.nowMs);
    const reopened = evolveDelivery(parked.state, again!);
    expect(decideRedelivery(reopened, parked.nowMs)).toEqual([]);
    const second = allFail(reopened, parked.nowMs);
    expect(second.pauses).toEqual(parked.pauses);
    expect(attemptsOf(second.state)).toBe(2 * attemptsOf(parked.state));
    expect(() => decideRedelivery(noDelivery, startMs)).toThrow('there is no such delivery');
  });
});

test('types are told with a dot after their family', () => {
  expect(
    [
      'AuthenticationDeviceAnswered',
      'UserAdded',
      'ApiClientAdded',
      'SystemStarted',
      'ConfigurationItemSet',
    ].map(dottedType),
  ).toEqual([
    'authentication.deviceAnswered',
    'user.added',
    'apiClient.added',
    'system.started',
    'configuration.itemSet',
  ]);
});

test.each([
  [['*'], 'user.added', true],
  [['user.*'], 'user.added', true],
  [['user.*'], 'username.reserved', false],
  [['user*'], 'username.reserved', true],
  [['user.added'], 'user.added', true],
  [['user.add'], 'user.added', false],
  [['approval.*', 'fraud.reported'], 'fraud.reported', true],
])('a webhook that names %p hears of %s: %s', (types, type, wanted) => {
  expect(wantsType(types, type)).toBe(wanted);
});
