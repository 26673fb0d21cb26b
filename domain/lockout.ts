import type { DomainEvent } from './events.ts';
import { toIso } from './instants.ts';
import type { Settings } from './settings.ts';
import { isLocked, type User } from './user.ts';

const minuteMs = 60_000;

/**
 * A denial that counts (spec/10 'Account lockout': only attempts with a PIN do), and the lock it leads to. The lock is
 * named by the attempt that caused it, so that a repeated step makes the same one.
 */
export const pinDenied = (
  requestId: string,
  user: User,
  settings: Settings,
  nowMs: number,
): readonly DomainEvent[] => {
  const refused: DomainEvent = { type: 'UserPinRefused', data: { requestId, at: toIso(nowMs) } };
  if (user.status !== 'present' || settings.lockoutDenials === 0 || isLocked(user, nowMs))
    return [refused];
  const since = nowMs - settings.lockoutResetMinutes * minuteMs;
  const denials = user.pinRefusedAtMs.filter((at) => at > since).length + 1;
  if (denials < settings.lockoutDenials) return [refused];
  return [
    refused,
    {
      type: 'UserBlocked',
      data: {
        blockId: requestId,
        reason: `${denials} denials with a wrong PIN`,
        until: toIso(nowMs + settings.lockoutMinutes * minuteMs),
        flag: 'lockout',
      },
    },
  ];
};
