import { describe, expect, test } from '@jest/globals';
import { toIso } from '../../domain/instants.ts';
import { given, hit } from './attempts.ts';
import {
  added,
  blocked,
  challengeClosed,
  dayMs,
  minuteMs,
  nowMs,
  phone,
  tokenAssigned,
  userId,
} from './people.ts';

const jo = [added(), ...phone()];
const asked = [...jo, ...given(...jo).when({ type: 'open' }).events];
const withToken = [added({ method: 'oath' }), tokenAssigned()];
const awaitingCode = [...withToken, ...given(...withToken).when({ type: 'open' }).events];
const answer = (what: 'approve' | 'deny' | 'fraud') => ({ type: 'answer', answer: what }) as const;
const disabled = { type: 'UserDisabled', data: {} } as const;
const answered = (what: 'approve' | 'deny' | 'fraud') =>
  ({
    type: 'AuthenticationDeviceAnswered',
    data: { deviceId: 'phone1', guid: 'guid-of-phone1', answer: what, form: 'plain' },
  }) as const;

describe("the device's answer", () => {
  test('approves or denies, and closes the challenge', () => {
    given(...asked)
      .when(answer('approve'))
      .then(
        answered('approve'),
        { type: 'AuthenticationApproved', data: { code: 'APPROVED', userId } },
        challengeClosed('R1', 'APPROVED'),
      );
    given(...asked)
      .when(answer('deny'))
      .then(
        answered('deny'),
        { type: 'AuthenticationDenied', data: { code: 'USER_DENIED', userId } },
        challengeClosed('R1', 'USER_DENIED'),
      );
  });

  test('SEC-39 fraud blocks in the same step', () => {
    given(...asked)
      .when(answer('fraud'))
      .then(
        answered('fraud'),
        { type: 'AuthenticationDenied', data: { code: 'FRAUD_REPORTED', userId } },
        challengeClosed('R1', 'FRAUD_REPORTED'),
        {
          type: 'UserBlocked',
          data: {
            blockId: 'fraud-block',
            reason: 'Fraud reported',
            until: toIso(nowMs + 90 * dayMs),
            flag: 'fraud',
            fraudReportId: 'R1',
          },
        },
      );
  });

  test('of fraud is a plain "no" where that is not allowed, and blocks nobody where that is off', () => {
    const not = given(...jo).when({ type: 'open', settings: { fraudAllowed: false } }).events;
    given(...jo, ...not)
      .when(answer('fraud'))
      .then(
        answered('deny'),
        { type: 'AuthenticationDenied', data: { code: 'USER_DENIED', userId } },
        challengeClosed('R1', 'USER_DENIED'),
      );
    const free = given(...jo).when({ type: 'open', settings: { fraudBlock: false } }).events;
    given(...jo, ...free)
      .when(answer('fraud'))
      .thenTypes('AuthenticationDeviceAnswered', 'AuthenticationDenied', 'UserChallengeClosed');
  });

  test('SEC-39 does not let in who was blocked or disabled after the push went out', () => {
    given(...asked, blocked(nowMs + dayMs))
      .when(answer('approve'))
      .then(
        answered('approve'),
        { type: 'AuthenticationDenied', data: { code: 'USER_BLOCKED', userId } },
        challengeClosed('R1', 'USER_BLOCKED'),
      );
    const { attempt } = given(...asked, disabled).when(answer('approve')).state;
    expect(attempt).toMatchObject({ status: 'ended', outcome: { code: 'USER_DISABLED' } });
  });

  test('that comes at the deadline or later is none', () => {
    given(...asked)
      .when({ ...answer('approve'), atMs: nowMs + minuteMs })
      .then();
    given(...asked)
      .when({ ...answer('fraud'), atMs: nowMs + minuteMs })
      .then();
    expect(
      given(...asked).when({ ...answer('approve'), atMs: nowMs + minuteMs - 1 }).events,
    ).toHaveLength(3);
  });

  test('needs a push that waits for one', () => {
    given(...jo)
      .when(answer('approve'))
      .then();
    given(...awaitingCode)
      .when(answer('approve'))
      .then();
    given(...asked, ...given(...asked).when(answer('deny')).events)
      .when(answer('approve'))
      .then();
  });
});

describe('a typed code', () => {
  const wrong = { type: 'code', match: undefined } as const;
  const right = { type: 'code', match: hit(7) } as const;

  test('that is right ends the attempt and is used up', () => {
    const { state } = given(...awaitingCode).when(right);
    expect(state.attempt).toMatchObject({
      status: 'ended',
      method: 'oath',
      outcome: { code: 'APPROVED' },
    });
    expect(state.user).toMatchObject({ open: [], oathSources: [{ lastStep: 7 }] });
  });

  test('may be wrong twice; the third time denies', () => {
    let story = awaitingCode;
    for (const triesLeft of [2, 1]) {
      story = [...story, ...given(...story).when(wrong).events];
      expect(given(...story).state.attempt).toMatchObject({ status: 'awaiting-code', triesLeft });
    }
    const last = given(...story).when(wrong);
    expect(last.state.attempt).toMatchObject({
      outcome: { state: 'denied', code: 'CODE_RETRY_LIMIT' },
    });
    expect(last.state.user).toMatchObject({ open: [], guesses: { failures: 3 } });
  });

  test('SEC-32 that passed before costs a try and never passes again', () => {
    const { events, state } = given(...awaitingCode).when({
      type: 'code',
      match: hit(7, { lastStep: 7 }),
    });
    expect(events).toMatchObject([
      { data: { accepted: false, reason: 'CODE_REUSED', triesLeft: 2 } },
      { type: 'UserCodeRefused', data: { reason: 'CODE_REUSED' } },
    ]);
    expect(state.attempt).toMatchObject({ status: 'awaiting-code' });
  });

  test('SEC-39 a right one does not let in who was blocked or disabled meanwhile', () => {
    given(...awaitingCode, blocked(nowMs + dayMs))
      .when(right)
      .then(
        { type: 'AuthenticationDenied', data: { code: 'USER_BLOCKED', userId } },
        challengeClosed('R1', 'USER_BLOCKED'),
      );
    expect(given(...awaitingCode, disabled).when(right).state.attempt).toMatchObject({
      outcome: { code: 'USER_DISABLED' },
    });
  });

  test('that comes at the deadline or later is not looked at', () => {
    given(...awaitingCode)
      .when({ ...right, atMs: nowMs + 2 * minuteMs })
      .then();
    expect(
      given(...awaitingCode).when({ ...right, atMs: nowMs + 2 * minuteMs - 1 }).state.attempt,
    ).toMatchObject({ outcome: { code: 'APPROVED' } });
  });

  test('needs an attempt that waits for one', () => {
    given(...asked)
      .when(right)
      .then();
    given(...withToken)
      .when(right)
      .then();
  });
});

describe('an end from elsewhere', () => {
  test('closes a challenge, but not one that a joined attempt never had', () => {
    given(...asked)
      .when({ type: 'end', code: 'NO_RESPONSE' })
      .thenTypes('AuthenticationExpired', 'UserChallengeClosed');
    const joined = [
      ...jo,
      {
        type: 'AuthenticationRequested',
        data: {
          channel: 'sdk',
          application: 'VPN',
          callerId: 'c',
          originKey: 'o',
          requireUserMatch: true,
          userId,
        },
      } as const,
      { type: 'AuthenticationJoined', data: { leaderId: 'R0' } } as const,
    ];
    given(...joined)
      .when({ type: 'end', code: 'APPROVED' })
      .thenTypes('AuthenticationApproved');
    expect(given(...joined).when({ type: 'answer', answer: 'approve' }).events).toEqual([]);
  });

  test('changes nothing of what was never opened or has ended', () => {
    given(...jo)
      .when({ type: 'end', code: 'NO_RESPONSE' })
      .then();
    given(...asked, ...given(...asked).when(answer('approve')).events)
      .when({ type: 'end', code: 'USER_BLOCKED' })
      .then();
  });
});
