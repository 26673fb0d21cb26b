import { assertNever, Rejected } from '../errors.ts';
import type { DomainEvent, EventData } from '../events.ts';
import { toMs } from '../instants.ts';
import type { Sealed } from '../sealed.ts';
import { activeDevices, type PresentUser } from '../user.ts';
import { reject, step, type RuleContext, type UserStep } from './rule.ts';

type RemovalReason = EventData['DeviceRemoved']['reason'];

export type DeviceCommand =
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
  | { readonly type: 'issuePermit'; readonly tokenHash: string; readonly permitHash: string };

/** @throws {Rejected} notFound, limitReached, notAllowed */
export const decideDevice = (
  command: DeviceCommand,
  user: PresentUser,
  context: RuleContext,
): UserStep => {
  switch (command.type) {
    case 'requestActivation':
      return requestActivation(command, user, context.userId);
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
    default:
      return assertNever(command);
  }
};

const deviceRemoved = (deviceId: string, reason: RemovalReason): DomainEvent => ({
  type: 'DeviceRemoved',
  data: { deviceId, reason },
});

/** A newer code takes the place of an older one of the same person. */
const requestActivation = (
  command: Extract<DeviceCommand, { type: 'requestActivation' }>,
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
  { confirmationHash, address }: Extract<DeviceCommand, { type: 'confirmDevice' }>,
  user: PresentUser,
  { nowMs, settings }: RuleContext,
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
