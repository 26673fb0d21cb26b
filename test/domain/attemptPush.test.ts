import { describe, expect, test } from '@jest/globals';
import { evolveAttempt, noAttempt, type Attempt } from '../../domain/attempt.ts';
import type { Context } from '../../domain/attemptEnding.ts';
import { answerPush, changePin, type PushAnswered } from '../../domain/attemptPush.ts';
import type { DomainEvent, EventData } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { noItems } from '../../domain/items.ts';
import { defaultSettings } from '../../domain/settings.ts';
import { absentUser, evolveUser, type User } from '../../domain/user.ts';
import { below, pick, randomOf } from '../support/fuzz.ts';
import { count, seed } from '../support/profile.ts';
import { challengeOf, requestId } from './attempts.ts';
import { added, nowMs, phone, sealed, secondMs, userId } from './people.ts';

const later = (seconds: number): string => toIso(nowMs + seconds * secondMs);

type Sent = Partial<EventData['AuthenticationChallengeSent']>;

const open = (sent: Sent): Attempt => {
  const facts: readonly DomainEvent[] = [
    {
      type: 'AuthenticationRequested',
      data: {
        userId,
        channel: 'rest',
        application: 'VPN',
        callerId: 'caller',
        originKey: 'origin',
        requireUserMatch: true,
      },
    },
    {
      type: 'AuthenticationChallengeSent',
      data: {
        method: 'app',
        expiresAt: later(60),
        fraudAllowed: true,
        fraudBlock: true,
        devices: [challengeOf('phone1')],
        ...sent,
      },
    },
  ];
  return facts.reduce<Attempt>(evolveAttempt, noAttempt);
};

const contextOf = (user: User): Context => ({
  userId,
  user,
  settings: defaultSettings,
  items: noItems,
  nowMs,
});

const approving: PushAnswered = {
  deviceId: 'phone1',
  guid: 'guid-of-phone1',
  answer: 'approve',
  blockId: 'fraud-block',
  pin: 'missing',
  number: 'missing',
  authenticate: true,
};
const types = (events: readonly DomainEvent[]) => events.map(({ type }) => type);
const numbered = open({ numberMatch: 'type', pinTries: 3 });
const withPin = open({ mode: 'pin', pinTries: 3 });
const person = [added(), ...phone()].reduce(evolveUser, absentUser);

describe('a number', () => {
  test(`SEC-37 wrong, ${count(10_000)} times: no approval, each denies at its first try`, () => {
    const random = randomOf(seed);
    for (let time = 0; time < count(10_000); time += 1) {
      const pin = pick(random, ['missing', 'right', 'wrong'] as const);
      const attempt = open({
        numberMatch: random() < 0.5 ? 'type' : 'pick',
        mode: random() < 0.5 ? 'standard' : 'pin',
        pinTries: 1 + below(random, 10),
      });
      const { step, result } = answerPush(requestId, attempt, contextOf(person), {
        ...approving,
        number: 'wrong',
        pin,
        authenticate: random() < 0.9,
      });
      expect(types(step.attempt)).not.toContain('AuthenticationApproved');
      expect(types(step.attempt)).not.toContain('AuthenticationDeviceAnswered');
      if (result !== 'numberWrong') continue;
      const after = step.attempt.reduce(evolveAttempt, attempt);
      expect(after).toMatchObject({ status: 'ended', outcome: { code: 'WRONG_CODE' } });
    }
  });

  test('right approves, and the fact says that it was by a number', () => {
    const { step, result } = answerPush(requestId, numbered, contextOf(person), {
      ...approving,
      number: 'right',
    });
    expect(result).toBe('recorded');
    expect(step.attempt[0]).toMatchObject({ data: { answer: 'approve', form: 'number' } });
  });

  test('left out three times denies; it counts as no guess', () => {
    let attempt: Attempt = numbered;
    const results = [];
    for (let time = 0; time < 3; time += 1) {
      const { step, result, triesLeft } = answerPush(
        requestId,
        attempt,
        contextOf(person),
        approving,
      );
      results.push([result, triesLeft]);
      expect(types(step.user)).not.toContain('UserCodeRefused');
      attempt = step.attempt.reduce(evolveAttempt, attempt);
    }
    expect(results).toEqual([
      ['pinNeeded', 2],
      ['pinNeeded', 1],
      ['pinNeeded', 0],
    ]);
    expect(attempt).toMatchObject({ outcome: { code: 'WRONG_CODE' } });
  });

  test('is not wanted of somebody who denies', () => {
    const { result, step } = answerPush(requestId, numbered, contextOf(person), {
      ...approving,
      answer: 'deny',
    });
    expect([result, step.attempt.at(-1)]).toMatchObject([
      'recorded',
      { data: { code: 'USER_DENIED' } },
    ]);
  });
});

describe('a PIN', () => {
  test('that is only checked never approves', () => {
    const { step, result } = answerPush(requestId, withPin, contextOf(person), {
      ...approving,
      pin: 'right',
      authenticate: false,
    });
    expect([result, step]).toEqual(['pinRight', { attempt: [], user: [] }]);
  });

  test('that somebody else chose must be changed first', () => {
    const user = evolveUser(person, {
      type: 'UserPinChanged',
      data: { pinHash: sealed('hash'), changeRequired: true, by: 'administrator', at: later(-60) },
    });
    const answered = { ...approving, pin: 'right' } as const;
    expect(answerPush(requestId, withPin, contextOf(user), answered).result).toBe('pinChange');
    const { answer: _, number: __, ...common } = answered;
    const change = { ...common, fault: undefined, newPinHash: sealed('new') };
    const changed = changePin(requestId, withPin, contextOf(user), change);
    expect(changed.result).toBe('changed');
    expect(types(changed.step.attempt)).toContain('AuthenticationApproved');
    // A push that wants no PIN has not checked the old one.
    const unchecked = changePin(requestId, open({}), contextOf(user), change);
    expect(unchecked).toMatchObject({ result: 'notAllowed', step: { attempt: [], user: [] } });
    const both = open({ mode: 'pin', pinTries: 3, numberMatch: 'type' });
    const without = changePin(requestId, both, contextOf(user), change);
    expect([without.result, types(without.step.attempt)]).toEqual(['changed', []]);
  });
});
