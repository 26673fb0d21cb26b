import type { DomainEvent } from '../events.ts';
import { present } from '../present.ts';

export type Device = {
  readonly deviceId: string;
  readonly activationId: string;
  readonly tokenHash: string;
  readonly status: 'pending' | 'active';
  readonly confirmationHash: string;
  readonly confirmBy: string;
  readonly permitHash: string | undefined;
  /** Its answers count only with a signature by this key. */
  readonly publicKey?: string;
  readonly typesSixDigits?: boolean;
};

export type Devices = {
  readonly devices: readonly Device[];
  readonly activationId: string | undefined;
};

export const noDevices: Devices = { devices: [], activationId: undefined };

export const activeDevices = (user: Devices): readonly Device[] =>
  user.devices.filter((device) => device.status === 'active');

export const evolveDevices = <U extends Devices>(user: U, event: DomainEvent): U => {
  const device = (deviceId: string, change: (device: Device) => Device): U => ({
    ...user,
    devices: user.devices.map((d) => (d.deviceId === deviceId ? change(d) : d)),
  });
  switch (event.type) {
    case 'DeviceActivationRequested':
      return { ...user, activationId: event.data.activationId };
    case 'DeviceActivated': {
      const { deviceId, activationId, tokenHash, confirmationHash, confirmBy, permitHash } =
        event.data;
      const { publicKey, typesSixDigits } = event.data;
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
            permitHash,
            ...present({ publicKey, typesSixDigits }),
          },
        ],
      };
    }
    case 'DeviceConfirmed':
      return device(event.data.deviceId, (d) => ({ ...d, status: 'active' }));
    case 'DeviceRemoved':
      return {
        ...user,
        devices: user.devices.filter((d) => d.deviceId !== event.data.deviceId),
      };
    case 'UserRegistrationReset':
      return {
        ...user,
        devices: user.devices.filter((d) => !event.data.deviceIds.includes(d.deviceId)),
      };
    case 'DeviceTokenChanged':
      return device(event.data.deviceId, (d) => ({
        ...d,
        tokenHash: event.data.tokenHash,
        permitHash: undefined,
      }));
    case 'DevicePermitIssued':
      return device(event.data.deviceId, (d) => ({ ...d, permitHash: event.data.permitHash }));
    default:
      return user;
  }
};
