import { createHash } from 'node:crypto';
import { expiring } from './expiry.ts';
import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const challenges = table({
  name: 'challenges',
  key: 'guid',
  columns: {
    guid: 'text',
    position: 'integer',
    kind: 'text',
    requestId: 'text?',
    activationId: 'text?',
    deviceId: 'text',
    tokenHash: 'text',
    oathCounter: 'text',
    sentAt: 'text',
    expiresAt: 'text',
    answeredAt: 'text?',
    answer: 'text?',
  },
  findBy: ['position'],
  indexes: [['deviceId', 'expiresAt'], ['tokenHash', 'expiresAt'], ['requestId']],
});

/**
 * The random challenge of an N1, 0 … 2^63-1 (contracts/mobile-app.md section 4). It is taken from the guid, which
 * is random itself, because a view may not add chance of its own.
 */
const counterOf = (guid: string): string =>
  (createHash('sha256').update(guid).digest().readBigUInt64BE() >> 1n).toString();

/** The mailbox: one row a push and device. A row is open while its request or activation is. */
export const challengesProjection: Projection = {
  name: 'challenges',
  version: 2,
  tables: [challenges],
  on: {
    // Pushes are answered or over; what they were stands in the request's own events, which a hold keeps.
    AuditRetentionApplied: (event, rows) =>
      expiring({ family: 'logins', table: 'challenges', key: 'guid', age: 'position' })(
        { ...event, data: { ...event.data, hold: [] } },
        rows,
      ),
    AuthenticationChallengeSent(event, rows) {
      for (const { deviceId, guid, tokenHash, oathCounter } of event.data.devices)
        rows.put('challenges', {
          guid,
          position: event.position,
          kind: 'auth',
          requestId: streamId(event),
          activationId: null,
          deviceId,
          tokenHash,
          oathCounter,
          sentAt: event.meta.at,
          expiresAt: event.data.expiresAt,
          answeredAt: null,
          answer: null,
        });
    },
    AuthenticationDeviceAnswered: ({ data, meta }, rows) =>
      rows.change('challenges', data.guid, { answeredAt: meta.at, answer: data.answer }),
    ActivationBegun(event, rows) {
      const { guid, deviceId, tokenHash, answerBy } = event.data;
      rows.put('challenges', {
        guid,
        position: event.position,
        kind: 'validate',
        requestId: null,
        activationId: streamId(event),
        deviceId,
        tokenHash,
        oathCounter: counterOf(guid),
        sentAt: event.meta.at,
        expiresAt: answerBy,
        answeredAt: null,
        answer: null,
      });
    },
  },
};
