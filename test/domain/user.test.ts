import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { DomainEvent } from '../../domain/events.ts';
import { activeDevices, absentUser, evolveUser, usableOathSources } from '../../domain/user.ts';
import { seed } from '../support/profile.ts';
import {
  added,
  blocked,
  challengeClosed,
  challengeOpened,
  codeAccepted,
  codeRefused,
  deviceActivated,
  minuteMs,
  nowMs,
  person,
  phone,
  sealed,
  tokenAssigned,
} from './people.ts';

describe('challenges of a person', () => {
  test('are open until they are closed, and then remembered for equal requests', () => {
    const user = person(
      added(),
      challengeOpened('R1'),
      challengeOpened('R2'),
      challengeClosed('R1', 'APPROVED'),
    );
    expect(user.open.map(({ requestId }) => requestId)).toEqual(['R2']);
    expect(user.closed).toMatchObject([
      { requestId: 'R1', code: 'APPROVED', originKey: 'origin-1' },
    ]);
  });

  test('one that nobody opened closes nothing', () => {
    expect(person(added(), challengeClosed('R9', 'USER_DENIED'))).toEqual(person(added()));
  });

  test('no more than eight closed ones are kept', () => {
    const story = Array.from({ length: 20 }, (_, index) => [
      challengeOpened(`R${index}`),
      challengeClosed(`R${index}`, 'NO_RESPONSE'),
    ]).flat();
    expect(person(added(), ...story).closed.map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 8 }, (_, index) => `R${index + 12}`),
    );
  });

  test('SEC-38 refused and unanswered pushes count until a success, codes do not', () => {
    const refused = (['USER_DENIED', 'NO_RESPONSE', 'CALLER_GONE'] as const).flatMap(
      (code, index) => [
        challengeOpened(`R${index}`),
        challengeClosed(`R${index}`, code, nowMs + index),
      ],
    );
    const code = [
      challengeOpened('C', { method: 'oath' }),
      challengeClosed('C', 'CODE_RETRY_LIMIT'),
    ];
    const story = [added(), tokenAssigned(), ...refused, ...code];
    expect(person(...story).pushRefusedAtMs).toEqual([nowMs, nowMs + 1, nowMs + 2]);
    expect(person(...story, codeAccepted(7)).pushRefusedAtMs).toEqual([]);
    expect(
      person(...story, challengeOpened('R9'), challengeClosed('R9', 'APPROVED')).pushRefusedAtMs,
    ).toEqual([]);
  });
});

describe('what shows codes', () => {
  test("an app's seed counts once its activation is confirmed", () => {
    const pending = person(added(), deviceActivated('d', { oathSecret: sealed('seed') }));
    expect([activeDevices(pending), usableOathSources(pending)]).toEqual([[], []]);
    const active = person(added(), ...phone('d'));
    expect(activeDevices(active)).toHaveLength(1);
    expect(usableOathSources(active)).toMatchObject([
      { tokenId: 'd', field: 'oathSecret', digits: 6, periodSeconds: 30 },
    ]);
  });

  test('an app without a seed shows none', () => {
    const user = person(added(), deviceActivated('d'), {
      type: 'DeviceConfirmed',
      data: { deviceId: 'd', activationId: 'a' },
    });
    expect([activeDevices(user).length, usableOathSources(user).length]).toEqual([1, 0]);
  });

  test('SEC-32 an accepted code moves the step of its own source alone', () => {
    const user = person(
      added(),
      tokenAssigned('token1'),
      tokenAssigned('token2'),
      codeAccepted(42),
    );
    expect(user.oathSources.map(({ lastStep }) => lastStep)).toEqual([42, undefined]);
  });
});

test('a new device ends the activation that it came from, and no other', () => {
  const requested: DomainEvent = {
    type: 'DeviceActivationRequested',
    data: { activationId: 'activation-of-d', expiresAt: '' },
  };
  expect(person(added(), requested).activationId).toBe('activation-of-d');
  expect(person(added(), requested, deviceActivated('d')).activationId).toBeUndefined();
  expect(person(added(), requested, deviceActivated('e')).activationId).toBe('activation-of-d');
});

test('whatever happens to somebody who is not there, or not any more, leaves it so', () => {
  const others = [
    blocked(nowMs),
    challengeOpened('R'),
    codeRefused(nowMs),
    ...phone(),
    tokenAssigned(),
  ];
  expect(others.reduce(evolveUser, absentUser)).toEqual(absentUser);
  const removed: DomainEvent = {
    type: 'UserRemoved',
    data: { usernameKey: 'k', openRequests: [] },
  };
  expect([added(), removed, ...others].reduce(evolveUser, absentUser)).toEqual({
    status: 'removed',
  });
});

test('SEC-31 folding is the same in one go, in parts and again', () => {
  const events = fc.array(
    fc.constantFrom<DomainEvent>(
      tokenAssigned(),
      codeAccepted(3),
      codeRefused(nowMs),
      codeRefused(nowMs + minuteMs, 'CODE_REUSED'),
      challengeOpened('R1'),
      challengeClosed('R1', 'USER_DENIED'),
      blocked(nowMs + 1),
      ...phone(),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(events, fc.nat(), (story, cut) => {
      const whole = [added(), ...story].reduce(evolveUser, absentUser);
      const at = cut % (story.length + 1);
      const part = [added(), ...story.slice(0, at)].reduce(evolveUser, absentUser);
      expect(story.slice(at).reduce(evolveUser, part)).toEqual(whole);
    }),
    { seed },
  );
});
