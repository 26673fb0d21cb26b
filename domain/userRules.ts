import { assertNever, Rejected } from './errors.ts';
import type { DomainEvent, EventData } from './events.ts';
import { toIso, toMs } from './instants.ts';
import type { Sealed } from './sealed.ts';
import type { Settings } from './settings.ts';
import { activeDevices, isBlocked, type PresentUser, type User } from './user.ts';

/** What administrators, people and workflows ask to be changed on a person. */
export type UserCommand =
  | { readonly type: 'add'; readonly data: EventData['UserAdded']; readonly phone?: PhoneData }
  | {
      readonly type: 'update';
      readonly data: EventData['UserUpdated'];
      readonly method?: Partial<EventData['UserMethodChanged']>;
      readonly phone?: PhoneData;
    }
  | { readonly type: 'setEnabled'; readonly enabled: boolean }
  | { readonly type: 'remove' }
  | {
      readonly type: 'block';
      readonly blockId: string;
      readonly reason: string;
      readonly days?: number;
    }
  | { readonly type: 'unblock'; readonly reason: string }
  /** Gives back the budget of guesses (SEC-31). */
  | { readonly type: 'unlock'; readonly reason: string }
  /** The block's own timer has run out. */
  | { readonly type: 'expireBlock'; readonly blockId: string }
  | {
      readonly type: 'requestActivation';
      readonly activationId: string;
      readonly routeHash: string;
      readonly expiresAt: string;
    }
  | { readonly type: 'removeDevice'; readonly deviceId: string; readonly reason: RemovalReason }
  | {
      readonly type: 'confirmDevice';
      readonly confirmationHash: string;
      readonly address?: Sealed;
    }
  | {
      readonly type: 'changeDeviceToken';
      readonly permitHash: string;
      readonly data: Omit<EventData['DeviceTokenChanged'], 'deviceId'>;
      readonly oldTokenHash: string;
    }
  | { readonly type: 'issuePermit'; readonly tokenHash: string; readonly permitHash: string }
  | { readonly type: 'assignToken'; readonly data: EventData['TokenAssigned'] }
  | { readonly type: 'disableToken'; readonly tokenId: string };

type PhoneData = EventData['UserPhoneChanged'];
type RemovalReason = EventData['DeviceRemoved']['reason'];

export type UserStep = {
  readonly user: readonly DomainEvent[];
  /** Events of the stream that reserves the person's name. */
  readonly username: readonly DomainEvent[];
  /** Events of the stream of a new activation. */
  readonly activation: readonly DomainEvent[];
};

const step = (part: Partial<UserStep>): UserStep => ({
  user: [],
  username: [],
  activation: [],
  ...part,
});

const maxOathSources = 10;
const dayMs = 24 * 3_600_000;

/**
 * The rules over one person. A repeated command yields nothing, a wrong one throws.
 * @throws {Rejected} notFound, alreadyExists, limitReached, notAllowed
 */
export const decideUser = (
  command: UserCommand,
  user: User,
  context: { readonly userId: string; readonly settings: Settings; readonly nowMs: number },
): UserStep => {
  const { userId, settings, nowMs } = context;
  if (command.type === 'add') {
    if (user.status !== 'absent') throw new Rejected('alreadyExists', 'the user exists already');
    return step({
      user: [
        { type: 'UserAdded', data: command.data },
        ...(command.phone ? [phoneChanged(command.phone)] : []),
      ],
      username: [{ type: 'UsernameReserved', data: { userId } }],
    });
  }
  if (user.status !== 'present') throw new Rejected('notFound', 'there is no such user');
  switch (command.type) {
    case 'update':
      return step({ user: updates(command, user) });
    case 'setEnabled':
      if (user.enabled === command.enabled) return step({});
      return step({
        user: [{ type: command.enabled ? 'UserEnabled' : 'UserDisabled', data: {} }],
      });
    case 'remove':
      return step({
        user: [
          ...(isBlocked(user, nowMs)
            ? [unblocked(user.block!.blockId, 'The user was removed', 'unblocked')]
            : []),
          {
            type: 'UserRemoved',
            data: {
              usernameKey: user.usernameKey,
              openRequests: user.open.map(({ requestId }) => requestId),
              ...(user.activationId ? { activationId: user.activationId } : {}),
            },
          },
        ],
        username: [{ type: 'UsernameReleased', data: { userId } }],
      });
    case 'block':
      return block(command, user, { nowMs, days: command.days ?? settings.blockDays });
    case 'unblock':
      if (!isBlocked(user, nowMs)) throw new Rejected('notFound', 'the user is not blocked');
      return step({
        user: [unblocked(user.block!.blockId, command.reason, 'unblocked')],
      });
    case 'unlock':
      return user.guesses.failures === 0
        ? step({})
        : step({ user: [{ type: 'UserUnlocked', data: { reason: command.reason } }] });
    case 'expireBlock':
      return user.block?.blockId === command.blockId
        ? step({ user: [unblocked(command.blockId, 'The block is over', 'expired')] })
        : step({});
    case 'requestActivation':
      return requestActivation(command, user, userId);
    case 'removeDevice':
      return user.devices.some((device) => device.deviceId === command.deviceId)
        ? step({ user: [deviceRemoved(command.deviceId, command.reason)] })
        : reject('notFound', 'there is no such device');
    case 'confirmDevice':
      return confirmDevice(command, user, context);
    case 'changeDeviceToken': {
      const device = activeDevices(user).find((d) => d.tokenHash === command.oldTokenHash);
      if (!device || device.permitHash !== command.permitHash)
        throw new Rejected('notAllowed', 'the permit is not valid');
      return step({
        user: [
          { type: 'DeviceTokenChanged', data: { deviceId: device.deviceId, ...command.data } },
        ],
      });
    }
    case 'issuePermit': {
      const device = user.devices.find((d) => d.tokenHash === command.tokenHash);
      if (!device) throw new Rejected('notFound', 'there is no such device');
      const { permitHash } = command;
      return step({
        user: [{ type: 'DevicePermitIssued', data: { deviceId: device.deviceId, permitHash } }],
      });
    }
    case 'assignToken':
      if (user.oathSources.length >= maxOathSources)
        throw new Rejected('limitReached', `a user has at most ${maxOathSources} OATH tokens`);
      return step({ user: [{ type: 'TokenAssigned', data: command.data }] });
    case 'disableToken':
      return user.oathSources.some((source) => source.tokenId === command.tokenId)
        ? step({ user: [{ type: 'TokenDisabled', data: { tokenId: command.tokenId } }] })
        : reject('notFound', 'there is no such token');
    default:
      return assertNever(command);
  }
};

const reject = (kind: 'notFound', message: string): never => {
  throw new Rejected(kind, message);
};

const phoneChanged = (data: PhoneData): DomainEvent => ({ type: 'UserPhoneChanged', data });

const unblocked = (
  blockId: string,
  reason: string,
  ended: 'unblocked' | 'expired',
): DomainEvent => ({ type: 'UserUnblocked', data: { blockId, reason, ended } });

const deviceRemoved = (deviceId: string, reason: RemovalReason): DomainEvent => ({
  type: 'DeviceRemoved',
  data: { deviceId, reason },
});

const updates = (
  command: Extract<UserCommand, { type: 'update' }>,
  user: PresentUser,
): readonly DomainEvent[] => {
  const method = command.method?.method ?? user.method;
  const appMode = command.method?.appMode ?? user.appMode;
  return [
    ...(Object.keys(command.data).length > 0
      ? [{ type: 'UserUpdated', data: command.data } as const]
      : []),
    ...(method !== user.method || appMode !== user.appMode
      ? [{ type: 'UserMethodChanged', data: { method, appMode } } as const]
      : []),
    ...(command.phone ? [phoneChanged(command.phone)] : []),
  ];
};

const block = (
  { blockId, reason }: Extract<UserCommand, { type: 'block' }>,
  user: PresentUser,
  { nowMs, days }: { nowMs: number; days: number },
): UserStep => {
  if (isBlocked(user, nowMs)) return step({}); // The older block stands.
  const until = toIso(nowMs + days * dayMs);
  return step({
    user: [{ type: 'UserBlocked', data: { blockId, reason, until, flag: 'none' } }],
  });
};

/** A newer code takes the place of an older one of the same person. */
const requestActivation = (
  command: Extract<UserCommand, { type: 'requestActivation' }>,
  user: PresentUser,
  userId: string,
): UserStep => {
  const { activationId, routeHash, expiresAt } = command;
  const older = user.activationId === activationId ? undefined : user.activationId;
  return step({
    user: [
      {
        type: 'DeviceActivationRequested',
        data: { activationId, expiresAt, ...(older ? { replaces: older } : {}) },
      },
    ],
    activation: [{ type: 'ActivationIssued', data: { userId, expiresAt, routeHash } }],
  });
};

/** The second half of an activation (contracts/mobile-app.md 5.5). */
const confirmDevice = (
  { confirmationHash, address }: Extract<UserCommand, { type: 'confirmDevice' }>,
  user: PresentUser,
  { nowMs, settings }: { readonly nowMs: number; readonly settings: Settings },
): UserStep => {
  const device = user.devices.find(
    (d) => d.status === 'pending' && d.confirmationHash === confirmationHash,
  );
  if (!device || toMs(device.confirmBy) <= nowMs)
    throw new Rejected('notFound', 'there is no such activation to confirm');
  if (activeDevices(user).length >= settings.deviceLimit)
    throw new Rejected('limitReached', `a user has at most ${settings.deviceLimit} devices`);
  const { deviceId, activationId } = device;
  return step({
    user: [
      {
        type: 'DeviceConfirmed',
        data: { deviceId, activationId, ...(address === undefined ? {} : { address }) },
      },
    ],
  });
};

/** What the caller of a command is told, out of the facts it recorded and the person after them. */
export const resultOf = (
  userId: string,
  recorded: readonly DomainEvent[],
  after: User,
): Readonly<Record<string, string>> => {
  const confirmed = recorded.find((event) => event.type === 'DeviceConfirmed');
  const held = after.status === 'present' ? after.block : undefined;
  return {
    userId,
    ...(confirmed ? { deviceId: confirmed.data.deviceId } : {}),
    ...(held ? { blockId: held.blockId, until: held.until } : {}),
  };
};
