import { expiring } from './expiry.ts';
import { erased, streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const blocks = table({
  name: 'blocks',
  key: 'blockId',
  columns: {
    blockId: 'text',
    position: 'integer',
    userId: 'text',
    reason: 'text',
    flag: 'text',
    fraudReportId: 'text?',
    at: 'text',
    until: 'text',
    endedAt: 'text?',
    endReason: 'text?',
  },
  findBy: ['userId'],
  indexes: [['position'], ['userId', 'position']],
});

/** Who is or was blocked, until when, and how it ended. */
export const blocksProjection: Projection = {
  name: 'blocks',
  version: 2,
  tables: [blocks],
  on: {
    AuditRetentionApplied: expiring({
      family: 'administration',
      table: 'blocks',
      key: 'blockId',
      age: 'endedAt',
      people: ({ userId }) => [userId],
    }),
    UserBlocked(event, rows) {
      const { blockId, reason, flag, fraudReportId, until } = event.data;
      rows.put('blocks', {
        blockId,
        position: event.position,
        userId: streamId(event),
        reason,
        flag,
        fraudReportId: fraudReportId ?? null,
        at: event.meta.at,
        until,
        endedAt: null,
        endReason: null,
      });
    },
    async UserErased(event, rows) {
      for (const block of await rows.find('blocks', 'userId', streamId(event)))
        rows.put('blocks', { ...block, reason: erased, endReason: block.endReason && erased });
    },
    UserUnblocked: ({ data, meta }, rows) =>
      rows.change('blocks', data.blockId, { endedAt: meta.at, endReason: data.reason }),
  },
};
