import type { DomainEvent, EventData } from '../../domain/events.ts';
import { toIso } from '../../domain/instants.ts';
import type { Sealed } from '../../domain/sealed.ts';
import { absentUser, evolveUser, type PresentUser } from '../../domain/user.ts';

/** One person and what happens to them, as the tests of the rules tell it. */
export const nowMs = Date.UTC(2026, 0, 5, 9);
export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const userId = 'USER1';
export const sealed = (text: string): Sealed => `s1:test:${text}` as Sealed;

export const added = (data: Partial<EventData['UserAdded']> = {}): DomainEvent => ({
  type: 'UserAdded',
  data: {
    username: sealed('jo'),
    usernameKey: 'key-of-jo',
    enabled: true,
    method: 'app',
    appMode: 'standard',
    objectId: 'object-1',
    source: 'manual',
    ...data,
  },
});

export const deviceActivated = (
  deviceId: string,
  data: Partial<EventData['DeviceActivated']> = {},
): DomainEvent => ({
  type: 'DeviceActivated',
  data: {
    deviceId,
    activationId: `activation-of-${deviceId}`,
    name: sealed('phone'),
    tokenHash: `token-of-${deviceId}`,
    appVersion: '1.4.0',
    confirmationHash: `confirmation-of-${deviceId}`,
    confirmBy: toIso(nowMs + 10 * minuteMs),
    drift: 0,
    ...data,
  },
});

export const deviceConfirmed = (deviceId: string): DomainEvent => ({
  type: 'DeviceConfirmed',
  data: { deviceId, activationId: `activation-of-${deviceId}` },
});

/** A phone that shows pushes and codes. */
export const phone = (deviceId = 'phone1'): readonly DomainEvent[] => [
  deviceActivated(deviceId, { oathSecret: sealed('seed') }),
  deviceConfirmed(deviceId),
];

export const tokenAssigned = (tokenId = 'token1'): DomainEvent => ({
  type: 'TokenAssigned',
  data: { tokenId, serial: 'S1', secret: sealed('seed'), digits: 6, periodSeconds: 30 },
});

export const challengeOpened = (
  requestId: string,
  data: Partial<EventData['UserChallengeOpened']> = {},
): DomainEvent => ({
  type: 'UserChallengeOpened',
  data: {
    requestId,
    originKey: 'origin-1',
    method: 'app',
    expiresAt: toIso(nowMs + minuteMs),
    at: toIso(nowMs),
    ...data,
  },
});

export const challengeClosed = (
  requestId: string,
  code: EventData['UserChallengeClosed']['code'],
  atMs = nowMs,
): DomainEvent => ({ type: 'UserChallengeClosed', data: { requestId, code, at: toIso(atMs) } });

export const blocked = (untilMs: number, blockId = 'block1'): DomainEvent => ({
  type: 'UserBlocked',
  data: { blockId, reason: 'lost phone', until: toIso(untilMs), flag: 'none' },
});

export const codeRefused = (
  atMs: number,
  reason: 'WRONG_CODE' | 'CODE_REUSED' = 'WRONG_CODE',
): DomainEvent => ({
  type: 'UserCodeRefused',
  data: { requestId: 'R', reason, at: toIso(atMs) },
});

export const codeAccepted = (step: number, atMs = nowMs, tokenId = 'token1'): DomainEvent => ({
  type: 'UserCodeAccepted',
  data: { requestId: 'R', tokenId, step, drift: 0, at: toIso(atMs) },
});

/** The person after these events. */
export const person = (...events: readonly DomainEvent[]): PresentUser => {
  const user = events.reduce(evolveUser, absentUser);
  if (user.status !== 'present') throw new Error('the story does not leave a person');
  return user;
};
