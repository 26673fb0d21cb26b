import type { DomainEvent, EventData } from './events.ts';
import { afterGuess, fullBudget, type GuessBudget } from './guessBudget.ts';
import { toMs } from './instants.ts';
import type { AppMode, Method } from './methods.ts';
import { letsIn, outcomeOf, type ResultCode } from './results.ts';
import type { Sealed } from './sealed.ts';

/** Something that shows codes: an app with its seed, or an OATH token. */
export type OathSource = {
  /** Token id, or the device's id for an app. */
  readonly tokenId: string;
  readonly secret: Sealed;
  /** Where the seed was sealed: the field of the event that brought it. */
  readonly field: 'secret' | 'oathSecret';
  readonly digits: number;
  readonly periodSeconds: number;
  readonly drift: number;
  readonly lastStep: number | undefined;
};

export type Device = {
  readonly deviceId: string;
  readonly activationId: string;
  readonly tokenHash: string;
  readonly status: 'pending' | 'active';
  readonly confirmationHash: string;
  readonly confirmBy: string;
  readonly permitHash: string | undefined;
};

export type OpenChallenge = {
  readonly requestId: string;
  readonly originKey: string;
  readonly method: Method;
  readonly expiresAt: string;
};

/** A challenge that ended a short time ago: equal requests may still be answered from it. */
export type ClosedChallenge = OpenChallenge & { readonly code: ResultCode; readonly at: string };

export type Block = EventData['UserBlocked'];

export type PresentUser = {
  readonly status: 'present';
  readonly username: Sealed;
  readonly usernameKey: string;
  readonly objectId: string;
  readonly enabled: boolean;
  readonly method: Method;
  readonly appMode: AppMode;
  readonly block: Block | undefined;
  readonly devices: readonly Device[];
  readonly oathSources: readonly OathSource[];
  readonly activationId: string | undefined;
  readonly open: readonly OpenChallenge[];
  readonly closed: readonly ClosedChallenge[];
  /** Instants (ms) of pushes that were denied or not answered since the last success. */
  readonly pushRefusedAtMs: readonly number[];
  readonly guesses: GuessBudget;
};

/** A person, folded from stream user-<id>. Security decisions are taken on this, never on a view. */
export type User = { readonly status: 'absent' } | { readonly status: 'removed' } | PresentUser;

/** A block ends exactly at its end time, whether its timer has run or not. */
export const isBlocked = (user: PresentUser, nowMs: number): boolean =>
  user.block !== undefined && toMs(user.block.until) > nowMs;

export const activeDevices = (user: PresentUser): readonly Device[] =>
  user.devices.filter((device) => device.status === 'active');

/** What shows codes that count: tokens, and apps once their activation is confirmed. */
export const usableOathSources = (user: PresentUser): readonly OathSource[] =>
  user.oathSources.filter(
    (source) => !user.devices.some((d) => d.deviceId === source.tokenId && d.status === 'pending'),
  );

/** The one push that tries a new device. Nobody logs in with it, so it stands in no login's way. */
export const activationOrigin = (requestId: string): string => `activation-${requestId}`;
export const isActivationTest = ({ originKey }: OpenChallenge): boolean =>
  originKey.startsWith('activation-');

const keptClosed = 8;
const keptRefusals = 100;
const appCode = { digits: 6, periodSeconds: 30 } as const;

const evolvePresent = (user: PresentUser, event: DomainEvent): User => {
  const device = (deviceId: string, change: (device: Device) => Device): PresentUser => ({
    ...user,
    devices: user.devices.map((d) => (d.deviceId === deviceId ? change(d) : d)),
  });
  switch (event.type) {
    case 'UserMethodChanged':
      return { ...user, method: event.data.method, appMode: event.data.appMode };
    case 'UserEnabled':
      return { ...user, enabled: true };
    case 'UserDisabled':
      return { ...user, enabled: false };
    case 'UserRemoved':
      return { status: 'removed' };
    case 'UserBlocked':
      return { ...user, block: event.data };
    case 'UserUnblocked':
      return user.block?.blockId === event.data.blockId ? { ...user, block: undefined } : user;
    case 'UserChallengeOpened': {
      const { requestId, originKey, method, expiresAt } = event.data;
      return { ...user, open: [...user.open, { requestId, originKey, method, expiresAt }] };
    }
    case 'UserChallengeClosed': {
      const { requestId, code, at } = event.data;
      const closing = user.open.find((challenge) => challenge.requestId === requestId);
      const refused =
        closing?.method === 'app' && !isActivationTest(closing) && !letsIn(outcomeOf(code));
      return {
        ...user,
        open: user.open.filter((challenge) => challenge.requestId !== requestId),
        closed: closing
          ? [...user.closed, { ...closing, code, at }].slice(-keptClosed)
          : user.closed,
        pushRefusedAtMs: letsIn(outcomeOf(code))
          ? []
          : refused
            ? [...user.pushRefusedAtMs, toMs(at)].slice(-keptRefusals)
            : user.pushRefusedAtMs,
      };
    }
    case 'UserCodeAccepted': {
      const { tokenId, step, drift, at } = event.data;
      return {
        ...user,
        oathSources: user.oathSources.map((source) =>
          source.tokenId === tokenId ? { ...source, lastStep: step, drift } : source,
        ),
        guesses: afterGuess(user.guesses, { result: 'right', atMs: toMs(at) }),
        pushRefusedAtMs: [],
      };
    }
    case 'UserCodeRefused': {
      const result = event.data.reason === 'CODE_REUSED' ? 'reused' : 'wrong';
      return {
        ...user,
        guesses: afterGuess(user.guesses, { result, atMs: toMs(event.data.at) }),
      };
    }
    case 'UserUnlocked':
      return { ...user, guesses: fullBudget };
    case 'DeviceActivationRequested':
      return { ...user, activationId: event.data.activationId };
    case 'DeviceActivated': {
      const { deviceId, activationId, tokenHash, confirmationHash, confirmBy, oathSecret, drift } =
        event.data;
      const seed: readonly OathSource[] = oathSecret
        ? [
            {
              tokenId: deviceId,
              secret: oathSecret,
              field: 'oathSecret',
              ...appCode,
              drift,
              lastStep: undefined,
            },
          ]
        : [];
      return {
        ...user,
        activationId: user.activationId === activationId ? undefined : user.activationId,
        devices: [
          ...user.devices,
          {
            deviceId,
            activationId,
            tokenHash,
            status: 'pending',
            confirmationHash,
            confirmBy,
            permitHash: event.data.permitHash,
          },
        ],
        oathSources: [...user.oathSources, ...seed],
      };
    }
    case 'DeviceConfirmed':
      return device(event.data.deviceId, (d) => ({ ...d, status: 'active' }));
    case 'DeviceRemoved':
      return {
        ...user,
        devices: user.devices.filter((d) => d.deviceId !== event.data.deviceId),
        oathSources: user.oathSources.filter((s) => s.tokenId !== event.data.deviceId),
      };
    case 'DeviceTokenChanged':
      return device(event.data.deviceId, (d) => ({
        ...d,
        tokenHash: event.data.tokenHash,
        permitHash: undefined,
      }));
    case 'DevicePermitIssued':
      return device(event.data.deviceId, (d) => ({ ...d, permitHash: event.data.permitHash }));
    case 'TokenAssigned': {
      const { tokenId, secret, digits, periodSeconds } = event.data;
      return {
        ...user,
        oathSources: [
          ...user.oathSources,
          {
            tokenId,
            secret,
            field: 'secret',
            digits,
            periodSeconds,
            drift: 0,
            lastStep: undefined,
          },
        ],
      };
    }
    case 'TokenDisabled':
      return {
        ...user,
        oathSources: user.oathSources.filter((s) => s.tokenId !== event.data.tokenId),
      };
    default:
      return user;
  }
};

/** Folds one event of a user's stream. Events of other kinds leave the state as it is. */
export const evolveUser = (user: User, event: DomainEvent): User => {
  if (event.type === 'UserAdded') {
    const { username, usernameKey, objectId, enabled, method, appMode } = event.data;
    return {
      status: 'present',
      username,
      usernameKey,
      objectId,
      enabled,
      method,
      appMode,
      block: undefined,
      devices: [],
      oathSources: [],
      activationId: undefined,
      open: [],
      closed: [],
      pushRefusedAtMs: [],
      guesses: fullBudget,
    };
  }
  return user.status === 'present' ? evolvePresent(user, event) : user;
};

export const absentUser: User = { status: 'absent' };
