import { expect, test } from '@jest/globals';
import { evolveActivation, noActivation, type Activation } from '../../domain/activation.ts';
import type { DomainEvent } from '../../domain/events.ts';

const fold = (...events: readonly DomainEvent[]): Activation =>
  events.reduce<Activation>(evolveActivation, noActivation);

const facts = { userId: 'U', expiresAt: '2026-01-05T09:10:00.000Z', routeHash: 'route' };
const issued: DomainEvent = { type: 'ActivationIssued', data: facts };
const begun = (attempt: string): DomainEvent => ({
  type: 'ActivationBegun',
  data: {
    attempt,
    guid: `guid-${attempt}`,
    tokenHash: 'token',
    deviceId: 'D',
    answerBy: facts.expiresAt,
  },
});
const validated: DomainEvent = { type: 'ActivationValidated', data: { attempt: 'a' } };
const failed: DomainEvent = {
  type: 'ActivationAttemptFailed',
  data: { attempt: 'a', reason: 'noAnswer' },
};
const ended = (reason: 'used' | 'expired' | 'replaced' | 'revoked'): DomainEvent => ({
  type: 'ActivationEnded',
  data: { reason },
});

test('a code goes from issued over reserved and validated to used', () => {
  const story = [issued, begun('a'), validated, ended('used')];
  const states = story.map((_, index) => fold(...story.slice(0, index + 1)).status);
  expect(states).toEqual(['issued', 'reserved', 'validated', 'ended']);
});

test('a call that fails frees the code for the next one', () => {
  expect(fold(issued, begun('a'), failed)).toEqual(fold(issued));
  expect(fold(issued, begun('a'), validated, failed)).toEqual(fold(issued));
  expect(fold(issued, begun('a'), failed, begun('b'))).toMatchObject({
    status: 'reserved',
    attempt: 'b',
  });
});

test('SEC-45 what has ended stays ended, for the reason that came first', () => {
  for (const reason of ['used', 'expired', 'replaced', 'revoked'] as const) {
    const end = fold(issued, begun('a'), ended(reason));
    expect(end).toMatchObject({ status: 'ended', reason });
    expect(
      fold(issued, begun('a'), ended(reason), begun('b'), validated, failed, ended('used')),
    ).toEqual(end);
  }
});

test('a code that was never issued takes nothing', () => {
  expect(fold(begun('a'), validated, failed, ended('used'))).toEqual(noActivation);
});

test('a device that answers nobody validates nothing', () => {
  expect(fold(issued, validated)).toEqual(fold(issued));
});
