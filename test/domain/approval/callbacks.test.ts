import { describe, expect, test } from '@jest/globals';
import { evolveApproval, type Approval } from '../../../domain/approval/approval.ts';
import { activationOf, whyNoGrant } from '../../../domain/approval/callbacks.ts';
import { delivered } from '../../../domain/approval/cancelling.ts';
import { nextDueMs } from '../../../domain/approval/timers.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import { toIso } from '../../../domain/instants.ts';
import { nowMs } from '../people.ts';
import { begin, moment, policyOf, users } from './stories.ts';

const alarmAt = toIso(nowMs + 60_000);
const grant = (...more: readonly DomainEvent[]): Approval & { status: 'begun' } => {
  const { state } = begin(policyOf([[users('a')]]));
  const asked: Approval = {
    ...state,
    status: 'begun',
    request: { ...state.request, ttlSeconds: 600, webhookId: 'w1' },
  };
  const granted = [
    { type: 'ApprovalGranted', data: { by: 'decisions', ttlSeconds: 600 } },
    { type: 'GrantActivationAsked', data: { deliveryId: 'A1-activate', alarmAt } },
  ] as const;
  const after = [...granted, ...more].reduce<Approval>(evolveApproval, asked);
  if (after.status === 'none') throw new Error('it has begun');
  return after;
};
const active: DomainEvent = { type: 'GrantActivated', data: { until: toIso(nowMs + 600_000) } };
const closing: DomainEvent = {
  type: 'GrantClosing',
  data: { deliveryId: 'A1-deactivate', alarmAt, reason: 'administrator' },
};

describe('a grant begins only while its request would end it', () => {
  test.each<readonly [string, readonly DomainEvent[]]>([
    ['approved', []],
    ['scheduled', [{ type: 'GrantScheduled', data: { activateAt: alarmAt } }]],
    ['active', [active]],
  ])('%s: it may', (_, facts) => {
    expect(whyNoGrant(grant(...facts))).toBeUndefined();
  });

  test.each<readonly [string, readonly DomainEvent[]]>([
    ['closing', [active, closing]],
    ['closed', [active, closing, { type: 'GrantClosed', data: { reason: 'ttl' } }]],
    ['expired', [active, { type: 'GrantExpired', data: { until: alarmAt } }]],
    ['cancelled', [{ type: 'ApprovalCancelled', data: { by: 'requestor' } }]],
    ['failed (CALLBACK_PARKED)', [{ type: 'ApprovalFailed', data: { fault: 'CALLBACK_PARKED' } }]],
  ])('%s: it may not, and why is said', (state, facts) => {
    expect(whyNoGrant(grant(...facts))).toBe(
      `the approval is ${state}: nobody would end a grant that begins now`,
    );
  });

  test('only the callback that begins one is looked at', () => {
    const aggregate = 'approval-A1';
    expect(activationOf({ type: 'approval.activate', aggregate })).toBe('A1');
    expect(activationOf({ type: 'approval.deactivate', aggregate })).toBeUndefined();
    expect(activationOf({ type: 'approval.activate' })).toBeUndefined();
    expect(activationOf({ type: 'approval.activate', aggregate: 'user-A1' })).toBeUndefined();
  });
});

test('a grant that nobody acknowledged has failed and is asked back: its answers can have been lost', () => {
  expect(delivered(grant(), 'A1-activate', 'parked', moment())).toEqual([
    { type: 'CallbackParked', data: { deliveryId: 'A1-activate' } },
    { type: 'ApprovalFailed', data: { fault: 'CALLBACK_PARKED' } },
    { type: 'CallbackAsked', data: { deliveryId: 'A1-deactivate' } },
  ]);
});

test('an end that is to be told again is not forgotten when another callback is given up', () => {
  const retryAt = toIso(nowMs + 3_600_000);
  const waiting = grant(active, closing, {
    type: 'CallbackParked',
    data: { deliveryId: 'A1-deactivate', retryAt },
  });
  expect(nextDueMs(waiting)).toBe(nowMs + 60_000);
  const other = evolveApproval(waiting, {
    type: 'CallbackParked',
    data: { deliveryId: 'A1-activate' },
  });
  expect(other).toMatchObject({ retryEndAt: retryAt });
});
