import { expiring } from './expiry.ts';
import { erased, streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const bypasses = table({
  name: 'bypasses',
  key: 'bypassId',
  columns: {
    bypassId: 'text',
    position: 'integer',
    userId: 'text',
    reason: 'text',
    seconds: 'integer',
    createdAt: 'text',
    until: 'text',
    endedAt: 'text?',
    ended: 'text?',
    requestId: 'text?',
  },
  findBy: ['userId'],
  indexes: [['position'], ['userId', 'position'], ['endedAt']],
});

/** Who may or might once log in without being asked, why, and what became of it. */
export const bypassesProjection: Projection = {
  name: 'bypasses',
  version: 2,
  tables: [bypasses],
  on: {
    AuditRetentionApplied: expiring({
      family: 'administration',
      table: 'bypasses',
      key: 'bypassId',
      age: 'endedAt',
      people: ({ userId }) => [userId],
    }),
    BypassCreated(event, rows) {
      const { bypassId, seconds, until, reason } = event.data;
      rows.put('bypasses', {
        bypassId,
        position: event.position,
        userId: streamId(event),
        reason,
        seconds,
        createdAt: event.meta.at,
        until,
        endedAt: null,
        ended: null,
        requestId: null,
      });
    },
    async UserErased(event, rows) {
      for (const bypass of await rows.find('bypasses', 'userId', streamId(event)))
        rows.put('bypasses', { ...bypass, reason: erased });
    },
    BypassUsed: ({ data }, rows) =>
      rows.change('bypasses', data.bypassId, {
        endedAt: data.at,
        ended: 'used',
        requestId: data.requestId,
      }),
    BypassEnded: ({ data, meta }, rows) =>
      rows.change('bypasses', data.bypassId, { endedAt: meta.at, ended: data.ended }),
  },
};
