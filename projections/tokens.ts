import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const tokens = table({
  name: 'tokens',
  key: 'tokenId',
  columns: {
    tokenId: 'text',
    userId: 'text',
    serial: 'text',
    digits: 'integer',
    periodSeconds: 'integer',
    assignedAt: 'text',
  },
  indexes: [],
  findBy: ['userId'],
});

/** OATH tokens, without their seeds. */
export const tokensProjection: Projection = {
  name: 'tokens',
  version: 1,
  tables: [tokens],
  on: {
    TokenAssigned(event, rows) {
      const { tokenId, serial, digits, periodSeconds } = event.data;
      const userId = streamId(event);
      const assignedAt = event.meta.at;
      rows.put('tokens', { tokenId, userId, serial, digits, periodSeconds, assignedAt });
    },
    TokenDisabled: ({ data }, rows) => rows.remove('tokens', data.tokenId),
    async UserRemoved(event, rows) {
      for (const { tokenId } of await rows.find('tokens', 'userId', streamId(event)))
        rows.remove('tokens', tokenId);
    },
  },
};
