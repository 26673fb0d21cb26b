import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const tokens = table({
  name: 'tokens',
  key: 'tokenId',
  columns: {
    tokenId: 'text',
    userId: 'text',
    serial: 'text',
    kind: 'text',
    digits: 'integer',
    periodSeconds: 'integer',
    state: 'text',
    assignedAt: 'text',
  },
  indexes: [],
  findBy: ['userId'],
});

/** OATH tokens, without their seeds. */
export const tokensProjection: Projection = {
  name: 'tokens',
  version: 3,
  tables: [tokens],
  on: {
    TokenAssigned(event, rows) {
      const { tokenId, serial, kind = 'totp', digits, periodSeconds, needsActivation } = event.data;
      const userId = streamId(event);
      const assignedAt = event.meta.at;
      const state = needsActivation ? 'assigned' : 'active';
      rows.put('tokens', {
        tokenId,
        userId,
        serial,
        kind,
        digits,
        periodSeconds,
        state,
        assignedAt,
      });
    },
    TokenActivated: ({ data }, rows) => rows.change('tokens', data.tokenId, { state: 'active' }),
    TokenDisabled: ({ data }, rows) => rows.remove('tokens', data.tokenId),
    async UserRegistrationReset(event, rows) {
      const gone = new Set(event.data.tokenIds);
      for (const row of await rows.find('tokens', 'userId', streamId(event)))
        if (gone.has(row.tokenId)) rows.remove('tokens', row.tokenId);
        else rows.put('tokens', { ...row, state: 'assigned' });
    },
    async UserRemoved(event, rows) {
      for (const { tokenId } of await rows.find('tokens', 'userId', streamId(event)))
        rows.remove('tokens', tokenId);
    },
  },
};
