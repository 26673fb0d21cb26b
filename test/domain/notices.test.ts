import { describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '../../domain/events.ts';
import { noticesOf, noticesOfAttempt, noticesOfConfiguration } from '../../domain/notices.ts';
import { added, nowMs, person, userId } from './people.ts';
import { toIso } from '../../domain/instants.ts';

const at = toIso(nowMs);
const refused = (requestId: string): DomainEvent => ({
  type: 'UserCodeRefused',
  data: { requestId, reason: 'WRONG_CODE', at },
});
const right: DomainEvent = {
  type: 'UserCodeAccepted',
  data: { requestId: 'R', tokenId: 'T', step: 1, drift: 0, at },
};
const four = ['1', '2', '3', '4'].map(refused);
const toUser = { kind: 'user', userId };

describe('who is told', () => {
  test('SEC-31 the attempt that makes it five wrong codes in a row, and no other', () => {
    const told = (requestId: string, ...events: readonly DomainEvent[]) =>
      noticesOfAttempt(requestId, userId, [], person(added(), ...events)).map((n) => n.noticeId);
    expect(told('4', ...four)).toEqual([]);
    expect(told('5', ...four, refused('5'))).toEqual(['guessing-5']);
    expect(told('6', ...four, refused('5'), refused('6'))).toEqual([]);
    expect(told('5', ...four, refused('5'), refused('6'))).toEqual(['guessing-5']);
    expect(told('5', ...four, right, refused('5'))).toEqual([]);
    const reused = { ...refused('5').data, reason: 'CODE_REUSED' } as never;
    expect(told('5', ...four, { type: 'UserCodeRefused', data: reused })).toEqual([]);
  });

  test('a lockout goes to the notification list, whichever step made it', () => {
    const until = toIso(nowMs + 600_000);
    const data = { blockId: 'R7', reason: '5 denials with a wrong PIN', until, flag: 'lockout' };
    const locked = { type: 'UserBlocked', data } as DomainEvent;
    const notice = {
      noticeId: 'lockedOut-R7',
      occasion: 'lockedOut',
      to: { kind: 'notified' },
      aboutUserId: userId,
      values: { reason: data.reason, until },
    };
    expect(noticesOfAttempt('R7', userId, [], person(added(), locked))).toEqual([notice]);
    expect(noticesOfAttempt('R8', userId, [], person(added(), locked))).toEqual([]);
    expect(noticesOf([locked], userId, 'step')).toEqual([notice]);
  });

  test('SEC-52 the person is told of a recovery code that let somebody in', () => {
    const submitted = (accepted: boolean, source: 'recovery' | 'oath'): DomainEvent => ({
      type: 'AuthenticationCodeSubmitted',
      data: { accepted, source, triesLeft: 2 },
    });
    const told = (event: DomainEvent) => noticesOfAttempt('R', userId, [event], person(added()));
    expect(told(submitted(true, 'recovery'))).toMatchObject([
      { noticeId: 'recoveryCodeUsed-R', occasion: 'recoveryCodeUsed', to: toUser },
    ]);
    expect(told(submitted(false, 'recovery'))).toEqual([]);
    expect(told(submitted(true, 'oath'))).toEqual([]);
  });

  test('SEC-51 one notice a step names all that was changed; a new person is not told', () => {
    const method: DomainEvent = {
      type: 'UserMethodChanged',
      data: { method: 'oath', appMode: 'standard' },
    };
    const phone = (which: 'primary' | 'backup'): DomainEvent => ({
      type: 'UserPhoneChanged',
      data: { which, masked: '' },
    });
    expect(noticesOf([method, phone('primary'), phone('backup')], userId, 'step')).toEqual([
      {
        noticeId: 'factorChanged-step',
        occasion: 'factorChanged',
        to: toUser,
        values: { factors: 'method,phone,backupPhone' },
      },
    ]);
    expect(noticesOf([added(), phone('primary')], userId, 'step')).toEqual([]);
    expect(noticesOf([{ type: 'UserEnabled', data: {} }], userId, 'step')).toEqual([]);
  });

  test('SEC-44 only settings that let people in are told of', () => {
    const told = (changes: Readonly<Record<string, string | number | boolean>>) =>
      noticesOfConfiguration([{ type: 'SettingsChanged', data: { changes } }], 's').map(
        ({ values }) => values['setting'],
      );
    expect(told({ whenUserDisabled: 'succeed', deviceLimit: 2 })).toEqual([
      'whenUserDisabled = succeed',
    ]);
    expect(told({ whenUserDisabled: 'fail', whenDeliveryUnreachable: 'oath' })).toEqual([]);
    expect(told({ constructor: 'succeed', toString: 'x' })).toEqual([]);
  });
});
