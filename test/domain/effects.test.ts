import { describe, expect, test } from '@jest/globals';
import { effectsOf, effectsOfAttempt } from '../../domain/effects.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { absentUser, evolveUser } from '../../domain/user.ts';
import {
  added,
  blocked,
  challengeOpened,
  dayMs,
  deviceConfirmed,
  nowMs,
  person,
  phone,
  userId,
} from './people.ts';

const until = toIso(nowMs + dayMs);
const hold = { kind: 'holdBlock', blockId: 'block1', userId, until };
const end = (requestId: string, code: string) => ({ kind: 'endAttempt', requestId, code });
const story = [added(), ...phone(), challengeOpened('R1'), challengeOpened('R2')];

describe('what follows from facts', () => {
  test('SEC-39 a block is held and ends every open attempt', () => {
    const block = blocked(nowMs + dayMs);
    expect(effectsOf([block], userId, person(...story, block))).toEqual([
      hold,
      end('R1', 'USER_BLOCKED'),
      end('R2', 'USER_BLOCKED'),
    ]);
  });

  test('disabling ends every open attempt', () => {
    const disabled: DomainEvent = { type: 'UserDisabled', data: {} };
    expect(effectsOf([disabled], userId, person(...story, disabled))).toEqual([
      end('R1', 'USER_DISABLED'),
      end('R2', 'USER_DISABLED'),
    ]);
  });

  test('removing ends what was under way, out of the fact itself', () => {
    const removed: DomainEvent = {
      type: 'UserRemoved',
      data: { usernameKey: 'k', openRequests: ['R1'], activationId: 'A' },
    };
    expect(effectsOf([removed], userId, evolveUser(person(...story), removed))).toEqual([
      end('R1', 'SUPERSEDED'),
      { kind: 'endActivation', activationId: 'A', reason: 'revoked' },
    ]);
  });

  test('a block that was lifted is let go, one that is over has let go itself', () => {
    const unblocked = (ended: 'unblocked' | 'expired'): DomainEvent => ({
      type: 'UserUnblocked',
      data: { blockId: 'block1', reason: 'x', ended },
    });
    expect(effectsOf([unblocked('unblocked')], userId, absentUser)).toEqual([
      { kind: 'liftBlock', blockId: 'block1' },
    ]);
    expect(effectsOf([unblocked('expired')], userId, absentUser)).toEqual([]);
  });

  test('SEC-45 an activation is opened after the one that it replaces has ended', () => {
    const requested: DomainEvent = {
      type: 'DeviceActivationRequested',
      data: { activationId: 'A2', expiresAt: until, replaces: 'A1' },
    };
    expect(effectsOf([requested], userId, absentUser)).toEqual([
      { kind: 'endActivation', activationId: 'A1', reason: 'replaced' },
      { kind: 'openActivation', activationId: 'A2', userId, expiresAt: until },
    ]);
  });

  test('a confirmed device tells its activation', () => {
    expect(effectsOf([deviceConfirmed('d')], userId, absentUser)).toEqual([
      { kind: 'confirmActivation', activationId: 'activation-of-d' },
    ]);
  });

  test('nothing follows from what concerns nobody else', () => {
    const own = story.filter(({ type }) => type !== 'DeviceConfirmed');
    expect(effectsOf(own, userId, person(...story))).toEqual([]);
  });
});

describe('what an attempt leaves to be done', () => {
  const answered = (answer: 'deny' | 'fraud'): DomainEvent => ({
    type: 'AuthenticationDeviceAnswered',
    data: { deviceId: 'd', guid: 'g', answer, form: 'plain' },
  });
  const fraudBlock = (fraudReportId: string): DomainEvent => ({
    type: 'UserBlocked',
    data: { blockId: 'block1', reason: 'Fraud reported', until, flag: 'fraud', fraudReportId },
  });
  const denied = (code: 'USER_DENIED' | 'FRAUD_REPORTED'): DomainEvent => ({
    type: 'AuthenticationDenied',
    data: { code, userId },
  });
  const fraud = [answered('fraud'), denied('FRAUD_REPORTED')];
  const report = { kind: 'reportFraud', requestId: 'R1', userId };

  test('SEC-39 fraud is reported, its block held, other open attempts end', () => {
    const user = person(added(), challengeOpened('R2'), fraudBlock('R1'));
    expect(effectsOfAttempt('R1', userId, fraud, user)).toEqual([
      report,
      hold,
      end('R2', 'USER_BLOCKED'),
    ]);
  });

  test('without a block of its own, fraud is only reported', () => {
    expect(effectsOfAttempt('R1', userId, fraud, person(added()))).toEqual([report]);
    expect(effectsOfAttempt('R1', userId, fraud, person(added(), fraudBlock('R9')))).toEqual([
      report,
    ]);
    expect(effectsOfAttempt('R1', userId, fraud, absentUser)).toEqual([report]);
  });

  test('a plain answer leaves nothing', () => {
    expect(
      effectsOfAttempt(
        'R1',
        userId,
        [answered('deny'), denied('USER_DENIED')],
        person(added(), fraudBlock('R1')),
      ),
    ).toEqual([]);
  });
});
