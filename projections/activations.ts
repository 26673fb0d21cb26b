import { expiring } from './expiry.ts';
import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const activations = table({
  name: 'activations',
  key: 'activationId',
  columns: {
    activationId: 'text',
    userId: 'text',
    issuedAt: 'text',
    expiresAt: 'text',
    state: 'text',
    attempt: 'text?',
    guid: 'text?',
    deviceId: 'text?',
    changedAt: 'text',
  },
  indexes: [['userId']],
});

/** Activation codes and how far each has come. The id is a keyed hash: no code is kept. */
export const activationsProjection: Projection = {
  name: 'activations',
  version: 1,
  tables: [activations],
  on: {
    AuditRetentionApplied: expiring({
      family: 'administration',
      table: 'activations',
      key: 'activationId',
      // Codes live for minutes: after years all of them are over.
      age: 'changedAt',
      people: ({ userId }) => [userId],
    }),
    ActivationIssued(event, rows) {
      rows.put('activations', {
        activationId: streamId(event),
        userId: event.data.userId,
        issuedAt: event.meta.at,
        expiresAt: event.data.expiresAt,
        state: 'issued',
        attempt: null,
        guid: null,
        deviceId: null,
        changedAt: event.meta.at,
      });
    },
    ActivationBegun: (event, rows) => {
      const { attempt, guid, deviceId } = event.data;
      const changedAt = event.meta.at;
      const state = 'begun';
      return rows.change('activations', streamId(event), {
        state,
        attempt,
        guid,
        deviceId,
        changedAt,
      });
    },
    ActivationValidated: (event, rows) =>
      rows.change('activations', streamId(event), {
        state: 'validated',
        changedAt: event.meta.at,
      }),
    ActivationAttemptFailed: (event, rows) =>
      rows.change('activations', streamId(event), {
        state: 'issued',
        attempt: null,
        guid: null,
        deviceId: null,
        changedAt: event.meta.at,
      }),
    ActivationEnded: (event, rows) =>
      rows.change('activations', streamId(event), {
        state: event.data.reason,
        changedAt: event.meta.at,
      }),
  },
};
