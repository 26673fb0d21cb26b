import { describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { given, hit, request } from './attempts.ts';
import {
  added,
  blocked,
  challengeClosed,
  challengeOpened,
  codeAccepted,
  codeRefused,
  dayMs,
  deviceActivated,
  hourMs,
  minuteMs,
  nowMs,
  phone,
  secondMs,
  tokenAssigned,
  userId,
} from './people.ts';

const open = { type: 'open' } as const;
const jo = [added(), ...phone()];
const withToken = [added({ method: 'oath' }), tokenAssigned()];
const ruleOf = (events: readonly DomainEvent[]) =>
  events.find((event) => event.type === 'AuthenticationRuleMatched')?.data.rule;
const codeOf = (events: readonly DomainEvent[]) => {
  const last = events.filter(({ type }) => type.startsWith('Authentication')).at(-1);
  return last && 'code' in last.data ? last.data.code : undefined;
};

describe('a challenge', () => {
  test('goes to every active device, with a guid for each, and stands on the person too', () => {
    const expiresAt = toIso(nowMs + minuteMs);
    given(...jo, deviceActivated('pending'))
      .when(open)
      .then(
        { type: 'AuthenticationRequested', data: { ...request().data, userId } },
        { type: 'AuthenticationRuleMatched', data: { rule: '13 challenge' } },
        {
          type: 'AuthenticationChallengeSent',
          data: {
            method: 'app',
            expiresAt,
            fraudAllowed: true,
            fraudBlock: true,
            devices: [
              {
                deviceId: 'phone1',
                guid: 'guid-of-phone1',
                tokenHash: 'token-of-phone1',
                oathCounter: '1',
              },
            ],
            mode: 'standard',
            language: 'en',
          },
        },
        challengeOpened('R1', { channel: 'sdk', application: 'VPN' }),
      );
  });

  test('lives as long as the request or the company says', () => {
    const lifeOf = (
      command: Parameters<ReturnType<typeof given>['when']>[0],
      ...story: readonly DomainEvent[]
    ) => {
      const sent = given(...story)
        .when(command)
        .events.find((event) => event.type === 'AuthenticationChallengeSent')!;
      return (Date.parse(sent.data.expiresAt) - nowMs) / secondMs;
    };
    expect(lifeOf(open, ...jo)).toBe(60);
    expect(lifeOf({ ...open, settings: { requestSeconds: 90 } }, ...jo)).toBe(90);
    expect(lifeOf({ ...open, request: { expiresInSeconds: 20 } }, ...jo)).toBe(20);
    expect(lifeOf(open, ...withToken)).toBe(120);
  });

  test('waits for a person or for a code, by its method', () => {
    expect(given(...jo).when(open).state.attempt).toMatchObject({
      status: 'awaiting-user',
      method: 'app',
    });
    expect(given(...withToken).when(open).state.attempt).toMatchObject({
      status: 'awaiting-code',
      method: 'oath',
      devices: [],
    });
  });
});

describe('the method', () => {
  const methodOf = (
    command: Parameters<ReturnType<typeof given>['when']>[0],
    ...story: readonly DomainEvent[]
  ) =>
    given(...story)
      .when(command)
      .events.flatMap((event) =>
        event.type === 'AuthenticationChallengeSent'
          ? [event.data.method]
          : event.type === 'AuthenticationDenied'
            ? [event.data.code]
            : [],
      )[0];

  test('is what the person is set to, else whatever they have', () => {
    expect(methodOf(open, ...jo, tokenAssigned())).toBe('app');
    expect(methodOf(open, added({ method: 'oath' }), ...phone(), tokenAssigned())).toBe('oath');
    expect(
      methodOf(open, added({ method: 'oath' }), deviceActivated('d'), {
        type: 'DeviceConfirmed',
        data: { deviceId: 'd', activationId: 'a' },
      }),
    ).toBe('app');
    expect(methodOf(open, added({ method: 'sms' }), tokenAssigned())).toBe('oath');
    expect(methodOf(open, added())).toBe('NO_METHOD');
  });

  test('that the caller asks for is used or refused, never replaced', () => {
    expect(methodOf({ ...open, request: { method: 'oath' } }, ...jo)).toBe('oath');
    expect(methodOf({ ...open, request: { method: 'app' } }, ...withToken)).toBe('NO_METHOD');
    expect(methodOf({ ...open, request: { method: 'sms' } }, ...jo)).toBe('NO_METHOD');
  });
});

describe('who is not asked', () => {
  test('an unknown person leaves no user id behind', () => {
    const { events } = given().when(open);
    expect(codeOf(events)).toBe('USER_NOT_FOUND');
    expect(JSON.stringify(events)).not.toContain(userId);
    const { data } = request();
    expect(
      codeOf(
        given().when({ ...open, request: { data: { ...data, requireUserMatch: false } } }).events,
      ),
    ).toBe('NOT_ENROLLED');
  });

  test('a disabled one ends as the company says', () => {
    const story = [...jo, { type: 'UserDisabled', data: {} } as const];
    expect(codeOf(given(...story).when(open).events)).toBe('USER_DISABLED');
    expect(
      codeOf(given(...story).when({ ...open, settings: { whenUserDisabled: 'succeed' } }).events),
    ).toBe('USER_DISABLED_OK');
  });

  test('SEC-40 a blocked one is denied as blocked, also with a right code or an open equal attempt', () => {
    const story = [...jo, tokenAssigned(), challengeOpened('R0'), blocked(nowMs + dayMs)];
    const withCode = { ...open, request: { hasCode: true }, match: hit(7) };
    for (const command of [open, withCode]) {
      const { events } = given(...story).when(command);
      expect([codeOf(events), ruleOf(events), events.length]).toEqual([
        'USER_BLOCKED',
        '5 blocked',
        3,
      ]);
    }
    expect(ruleOf(given(...jo, blocked(nowMs)).when(open).events)).toBe('13 challenge');
  });
});

describe('equal attempts', () => {
  const joined = (
    command: Parameters<ReturnType<typeof given>['when']>[0],
    ...story: readonly DomainEvent[]
  ) =>
    given(...jo, ...story)
      .when(command)
      .events.some(({ type }) => type === 'AuthenticationJoined');

  test('join the open one and prompt nobody', () => {
    given(...jo, challengeOpened('R0'))
      .when(open)
      .then(
        { type: 'AuthenticationRequested', data: { ...request().data, userId } },
        { type: 'AuthenticationRuleMatched', data: { rule: '10 equal attempt' } },
        { type: 'AuthenticationJoined', data: { leaderId: 'R0' } },
      );
  });

  test('are answered for 10 s from one that was approved, and from no other end', () => {
    const ended = (code: 'APPROVED' | 'USER_DENIED' | 'NO_RESPONSE') => [
      challengeOpened('R0'),
      challengeClosed('R0', code),
    ];
    const { events } = given(...jo, ...ended('APPROVED')).when({ ...open, atMs: nowMs + 9_999 });
    expect([ruleOf(events), codeOf(events)]).toEqual(['10 equal attempt', 'APPROVED']);
    expect(joined({ ...open, atMs: nowMs + 10_000 }, ...ended('APPROVED'))).toBe(false);
    expect(joined(open, ...ended('USER_DENIED'))).toBe(false);
    expect(joined(open, ...ended('NO_RESPONSE'))).toBe(false);
  });

  test('another origin never joins: it waits its turn', () => {
    const other = { ...open, request: { data: { ...request().data, originKey: 'origin-2' } } };
    const { events } = given(...jo, challengeOpened('R0')).when(other);
    expect([ruleOf(events), codeOf(events)]).toEqual(['12 rate limit', 'THROTTLED']);
  });

  test('a challenge whose end was never recorded stops counting 10 s after its deadline', () => {
    expect(joined({ ...open, atMs: nowMs + minuteMs + 9_999 }, challengeOpened('R0'))).toBe(true);
    expect(joined({ ...open, atMs: nowMs + minuteMs + 10_000 }, challengeOpened('R0'))).toBe(false);
  });

  test('a typed code is nobody else’s answer', () => {
    expect(
      joined({ ...open, request: { hasCode: true }, match: hit(7) }, challengeOpened('R0')),
    ).toBe(false);
  });
});

describe('push limits', () => {
  const refusals = (count: number, fromMs: number) =>
    Array.from({ length: count }, (_, index) => [
      challengeOpened(`P${index}`),
      challengeClosed(`P${index}`, index % 2 === 0 ? 'USER_DENIED' : 'NO_RESPONSE', fromMs + index),
    ]).flat();
  const ruleAfter = (story: readonly DomainEvent[], atMs = nowMs) =>
    ruleOf(given(...story).when({ ...open, atMs }).events);

  test('SEC-38 there is one open push for a person', () => {
    const other = challengeOpened('R0', { originKey: 'origin-2' });
    expect(ruleAfter([...jo, other])).toBe('12 rate limit');
    expect(
      ruleAfter([...jo, challengeOpened('R0', { originKey: 'origin-2', method: 'oath' })]),
    ).toBe('13 challenge');
  });

  test('SEC-38 five refused or unanswered pushes in an hour, then codes only', () => {
    const story = [
      added(),
      deviceActivated('d'),
      { type: 'DeviceConfirmed', data: { deviceId: 'd', activationId: 'a' } } as const,
    ];
    expect(ruleAfter([...story, ...refusals(4, nowMs - minuteMs)])).toBe('13 challenge');
    expect(ruleAfter([...story, ...refusals(5, nowMs - minuteMs)])).toBe('12 rate limit');
    expect(ruleAfter([...story, ...refusals(5, nowMs - hourMs)])).toBe('13 challenge');
    const codes = given(...jo, ...refusals(5, nowMs - minuteMs)).when(open);
    expect(codes.state.attempt).toMatchObject({ status: 'awaiting-code', method: 'oath' });
  });

  test('SEC-38 asking for the app by name does not get around the limit, a success lifts it', () => {
    const story = [...jo, tokenAssigned(), ...refusals(5, nowMs - minuteMs)];
    const byName = { ...open, request: { method: 'app' } } as const;
    expect(codeOf(given(...story).when(byName).events)).toBe('THROTTLED');
    expect(ruleOf(given(...story, codeAccepted(3)).when(byName).events)).toBe('13 challenge');
  });
});

describe('a code in the request', () => {
  const withCode = (match: ReturnType<typeof hit>) => ({
    ...open,
    request: { hasCode: true },
    match,
  });

  test('decides at once', () => {
    const { events, state } = given(...withToken).when(withCode(hit(7)));
    expect(events.map(({ type }) => type)).toEqual([
      'AuthenticationRequested',
      'AuthenticationRuleMatched',
      'AuthenticationCodeSubmitted',
      'AuthenticationApproved',
      'UserCodeAccepted',
    ]);
    expect(state.user).toMatchObject({ oathSources: [{ lastStep: 7 }], open: [] });
  });

  test('that is wrong or was used before is denied with its own reason', () => {
    expect(codeOf(given(...withToken).when(withCode(undefined)).events)).toBe('WRONG_CODE');
    expect(codeOf(given(...withToken).when(withCode(hit(7, { lastStep: 7 }))).events)).toBe(
      'CODE_REUSED',
    );
    expect(codeOf(given(...withToken).when(withCode(hit(6, { lastStep: 7 }))).events)).toBe(
      'CODE_REUSED',
    );
  });

  test('SEC-31 is not looked at once the budget is used up', () => {
    const wrong = Array.from({ length: 10 }, (_, index) => codeRefused(nowMs - minuteMs + index));
    const { events } = given(...withToken, ...wrong).when(withCode(hit(7)));
    expect([codeOf(events), events.length]).toEqual(['THROTTLED', 3]);
  });

  test('of somebody without a token is no method', () => {
    expect(codeOf(given(added()).when(withCode(hit(7))).events)).toBe('NO_METHOD');
  });
});
