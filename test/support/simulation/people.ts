import { userStream } from '../../../domain/ids.ts';
import { systemActor } from '../../../domain/inputs.ts';
import { userKey } from '../../../domain/sealed.ts';
import { secrets, type SimulatedWorld } from './world.ts';

const origin = { actor: systemActor };
export const people = ['U1', 'U2'] as const;
export const seedOfTokens = 'gezdgnbvgy3tqojqgezdgnbvgy3tqojq';

/** People with a phone and a token each, put into the log as facts. */
export const populate = async (world: SimulatedWorld): Promise<void> => {
  for (const userId of people) {
    const stream = userStream(userId);
    const seal = async (field: string, text: string) =>
      await secrets.seal({ owner: userKey(userId), stream, field }, text);
    const facts = [
      {
        type: 'UserAdded',
        data: {
          username: await seal('username', userId),
          usernameKey: userId,
          enabled: true,
          method: 'app',
          appMode: 'standard',
          objectId: userId,
          source: 'manual',
        },
      },
      {
        type: 'DeviceActivated',
        data: {
          deviceId: `D${userId}`,
          activationId: `A${userId}`,
          name: await seal('name', 'phone'),
          tokenHash: `T${userId}`,
          appVersion: '1',
          confirmationHash: 'c',
          confirmBy: '2030-01-01T00:00:00.000Z',
          drift: 0,
        },
      },
      {
        type: 'UserPhoneChanged',
        data: {
          which: 'primary',
          masked: '+1 XXX147',
          phone: await seal('phone', '+1 5552580147'),
          phoneKey: userId,
        },
      },
      {
        type: 'UserPhoneChanged',
        data: {
          which: 'backup',
          masked: '+1 XXX148',
          phone: await seal('backupPhone', '+1 5552580148'),
          phoneKey: `${userId}b`,
        },
      },
      { type: 'DeviceConfirmed', data: { deviceId: `D${userId}`, activationId: `A${userId}` } },
      {
        type: 'TokenAssigned',
        data: {
          tokenId: `O${userId}`,
          serial: 'S',
          secret: await seal('secret', seedOfTokens),
          digits: 6,
          periodSeconds: 30,
        },
      },
    ] as const;
    const meta = { at: '2026-01-01T00:00:00.000Z', ...origin };
    const events = facts.map((fact, index) => ({
      ...fact,
      id: `00000000-0000-4000-9000-00000000${userId.slice(1)}00${index}`,
      meta,
    }));
    await world.store.commit([{ stream, expectedRevision: -1, events }]);
  }
};
