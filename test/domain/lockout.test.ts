import { describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import { pinDenied } from '../../domain/lockout.ts';
import { defaultSettings } from '../../domain/settings.ts';
import {
  absentUser,
  evolveUser,
  isBlocked,
  isLocked,
  type PresentUser,
  type User,
} from '../../domain/user.ts';
import { added, dayMs, minuteMs, nowMs } from './people.ts';

const settings = { ...defaultSettings, lockoutDenials: 3 };
const fold = (events: readonly DomainEvent[], from: User = absentUser): PresentUser =>
  events.reduce<User>(evolveUser, from) as PresentUser;
const jo = fold([added()]);

/** Denials at these minutes, one after the other. */
const denied = (...minutes: readonly number[]) =>
  minutes.reduce(
    (user, minute, index) =>
      fold(pinDenied(`R${index}`, user, settings, nowMs + minute * minuteMs), user),
    jo,
  );
const at = (minute: number) => nowMs + minute * minuteMs;

describe('H10-7 the lockout', () => {
  test('comes with the last of so many denials and ends by itself', () => {
    expect(isLocked(denied(0, 1), at(1))).toBe(false);
    const locked = denied(0, 1, 2);
    expect([
      isLocked(locked, at(2)),
      isLocked(locked, at(12) - 1),
      isLocked(locked, at(12)),
    ]).toEqual([true, true, false]);
    expect(locked.lock).toMatchObject({ blockId: 'R2', flag: 'lockout' });
    expect(isBlocked(locked, at(2))).toBe(false);
  });
  test('forgets denials after its window, on the minute', () => {
    expect(isLocked(denied(0, 5, 10), at(10))).toBe(false);
    expect(isLocked(denied(0.1, 5, 10), at(10))).toBe(true);
  });
  test('starts to count anew after a success and after a lock', () => {
    const approved: DomainEvent = {
      type: 'UserChallengeClosed',
      data: { requestId: 'R', code: 'APPROVED', at: toIso(at(3)) },
    };
    const better = fold([approved], denied(0, 1));
    expect(isLocked(fold(pinDenied('R9', better, settings, at(4)), better), at(4))).toBe(false);
    expect(denied(0, 1, 2).pinRefusedAtMs).toEqual([]);
  });
  test('is off where it is set to 0', () => {
    const off = { ...settings, lockoutDenials: 0 };
    let user: User = jo;
    for (let n = 0; n < 50; n += 1) user = fold(pinDenied(`R${n}`, user, off, at(0)), user);
    expect(isLocked(user, at(0))).toBe(false);
  });
  test('ends without the block that stands beside it, and the other way round', () => {
    const block: DomainEvent = {
      type: 'UserBlocked',
      data: { blockId: 'B', reason: 'x', until: toIso(nowMs + dayMs), flag: 'none' },
    };
    const both = fold([block], denied(0, 1, 2));
    const unlocked = fold(
      [{ type: 'UserUnblocked', data: { blockId: 'R2', reason: 'x', ended: 'expired' } }],
      both,
    );
    expect([isBlocked(unlocked, at(2)), isLocked(unlocked, at(2))]).toEqual([true, false]);
    const freed = fold(
      [{ type: 'UserUnblocked', data: { blockId: 'B', reason: 'x', ended: 'unblocked' } }],
      both,
    );
    expect([isBlocked(freed, at(2)), isLocked(freed, at(2))]).toEqual([false, true]);
  });
});
