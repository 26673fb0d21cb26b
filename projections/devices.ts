import type { DeviceRow } from '../adapters/views/port.ts';
import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const devices = table({
  name: 'devices',
  key: 'deviceId',
  columns: {
    deviceId: 'text',
    userId: 'text',
    nameSealed: 'text',
    state: 'text',
    tokenHash: 'text?',
    confirmationHash: 'text?',
    permitHash: 'text?',
    confirmBy: 'text',
    notificationType: 'text',
    appVersion: 'text',
    showsCodes: 'integer',
    activatedAt: 'text',
    removedAt: 'text?',
  },
  indexes: [['tokenHash'], ['confirmationHash']],
  findBy: ['userId'],
});

/** A removed device keeps its sealed name for old records and nothing that opens a door. */
const removed = (at: string): Partial<DeviceRow> => ({
  state: 'removed',
  tokenHash: null,
  confirmationHash: null,
  permitHash: null,
  showsCodes: 0,
  removedAt: at,
});

/** What people answer with. */
export const devicesProjection: Projection = {
  name: 'devices',
  version: 2,
  tables: [devices],
  on: {
    DeviceActivated(event, rows) {
      const { data, meta } = event;
      rows.put('devices', {
        deviceId: data.deviceId,
        userId: streamId(event),
        nameSealed: data.name,
        state: 'pending',
        tokenHash: data.tokenHash,
        confirmationHash: data.confirmationHash,
        permitHash: data.permitHash ?? null,
        confirmBy: data.confirmBy,
        notificationType: '',
        appVersion: data.appVersion,
        showsCodes: data.oathSecret === undefined ? 0 : 1,
        activatedAt: meta.at,
        removedAt: null,
      });
    },
    DeviceConfirmed: ({ data }, rows) =>
      rows.change('devices', data.deviceId, { state: 'active', confirmationHash: null }),
    DeviceTokenChanged: ({ data }, rows) =>
      // A permit is spent by the change that it allowed (contracts/mobile-app.md 9.1).
      rows.change('devices', data.deviceId, {
        tokenHash: data.tokenHash,
        notificationType: data.notificationType,
        permitHash: null,
      }),
    DevicePermitIssued: ({ data }, rows) =>
      rows.change('devices', data.deviceId, { permitHash: data.permitHash }),
    DeviceRemoved: ({ data, meta }, rows) =>
      rows.change('devices', data.deviceId, removed(meta.at)),
    async UserRegistrationReset({ data, meta }, rows) {
      for (const deviceId of data.deviceIds)
        await rows.change('devices', deviceId, removed(meta.at));
    },
    async UserRemoved(event, rows) {
      for (const device of await rows.find('devices', 'userId', streamId(event)))
        if (device.state !== 'removed')
          rows.put('devices', { ...device, ...removed(event.meta.at) });
    },
  },
};
