import { describe, expect, test } from '@jest/globals';
import { noticesOfAttempt } from '../../domain/notices.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { noItems } from '../../domain/items.ts';
import type { ResultCode } from '../../domain/results.ts';
import { evolveUser } from '../../domain/user.ts';
import { fold } from '../../domain/decider.ts';
import { chance } from '../e2e/support/chance.ts';
import { seed } from '../support/profile.ts';
import { attemptRules, given, type AttemptState } from './attempts.ts';
import {
  added,
  challengeClosed,
  challengeOpened,
  minuteMs,
  nowMs,
  person,
  phone,
  secondMs,
  userId,
} from './people.ts';

/* Whoever has the password can start logins at will; the person must not be worn out. */

const jo = [added(), ...phone()];
const settings = { numberMatching: 'off' } as const;

/** A login that was asked for and ended so, some minutes before now. */
const ended = (id: string, code: ResultCode, minutesAgo: number): readonly DomainEvent[] => [
  challengeOpened(id),
  challengeClosed(id, code, nowMs - minutesAgo * minuteMs),
];
const refusals = (minutesAgo: number, number = 5): readonly DomainEvent[] =>
  Array.from({ length: number }, (_, index) =>
    ended(`R${index}`, index % 2 === 0 ? 'USER_DENIED' : 'NO_RESPONSE', minutesAgo),
  ).flat();

/** Puts one login after another, at their times, and answers each prompt as told; @returns what each became */
const logins = (
  times: readonly number[],
  answer: (index: number) => 'deny' | 'timeout',
): readonly string[] => {
  let { user } = fold(attemptRules, jo);
  return times.map((atMs, index) => {
    const fresh: AttemptState = { attempt: attemptRules.initialState.attempt, user };
    const request = { requestId: `R${index}` };
    const opened = attemptRules.decide(
      { type: 'open', atMs, settings, request: { data: dataOf(index), ...request } },
      fresh,
    );
    user = opened.reduce(evolveUser, user);
    const asked = opened.find(({ type }) => type === 'AuthenticationChallengeSent');
    if (asked?.type !== 'AuthenticationChallengeSent') return 'turned away';
    const push = asked.data.method === 'app';
    const code = push && answer(index) === 'deny' ? 'USER_DENIED' : 'NO_RESPONSE';
    user = evolveUser(user, challengeClosed(`R${index}`, code, atMs + secondMs));
    return push ? 'push' : 'code';
  });
};
const dataOf = (index: number) => ({
  channel: 'sdk' as const,
  application: 'VPN',
  callerId: 'caller',
  originKey: `origin-${index}`,
  requireUserMatch: true,
});

describe('SEC-38 push fatigue', () => {
  test('SEC-38 200 logins in 10 minutes: at most five pushes', () => {
    const luck = chance(seed);
    for (let round = 0; round < 50; round += 1) {
      const times = Array.from({ length: 200 }, () => nowMs + luck.below(10 * minuteMs)).toSorted(
        (one, other) => one - other,
      );
      const became = logins(times, () => luck.of(['deny', 'timeout']));
      const asked = became.filter((what) => what === 'push').length;
      expect(asked).toBeGreaterThan(0);
      expect(asked).toBeLessThanOrEqual(5);
    }
  });

  test('SEC-38 after a denial the next push has a number, until a success', () => {
    const asked = (events: readonly DomainEvent[], type = 'AuthenticationChallengeSent') =>
      events.find((event) => event.type === type)?.data;
    const open = { type: 'open', settings, items: noItems } as const;
    const numbered = { request: { data: { ...dataOf(0), channel: 'rest' as const } } };
    const denied = ended('D', 'USER_DENIED', 1);
    const next = (...events: readonly DomainEvent[]) =>
      asked(given(...jo, ...events).when({ ...open, ...numbered }).events);
    expect(next()).not.toHaveProperty('numberMatch');
    expect(next(...denied)).toHaveProperty('numberMatch', 'type');
    expect(next(...denied, ...ended('S', 'APPROVED', 0.5))).not.toHaveProperty('numberMatch');
  });

  test('SEC-38 an approval after five refusals in 30 minutes is told to the notification list', () => {
    const told = (...events: readonly DomainEvent[]) =>
      noticesOfAttempt('A', userId, [], person(...jo, ...events)).map(({ noticeId, to }) => [
        noticeId,
        to.kind,
      ]);
    const approved = ended('A', 'APPROVED', 0);
    expect(told(...refusals(20), ...approved)).toEqual([['pushFatigue-A', 'notified']]);
    expect(told(...refusals(20, 4), ...approved)).toEqual([]);
    expect(told(...refusals(31), ...approved)).toEqual([]);
    expect(told(...refusals(20), ...ended('S', 'APPROVED', 10), ...approved)).toEqual([]);
    expect(told(...refusals(20), ...ended('A', 'USER_DENIED', 0))).toEqual([]);
    expect(told(...refusals(20), ...approved, ...ended('B', 'APPROVED', 0))).toEqual([
      ['pushFatigue-A', 'notified'],
    ]);
  });
});
