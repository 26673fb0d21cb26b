import { streamId, type Projection } from './projection.ts';
import { table } from './table.ts';

const delegations = table({
  name: 'delegations',
  key: 'delegationId',
  columns: {
    delegationId: 'text',
    userId: 'text',
    toUserId: 'text',
    fromAt: 'text',
    untilAt: 'text',
  },
  indexes: [['toUserId', 'untilAt']],
  findBy: ['userId'],
});

/** Who lets whom approve in their place, and when. */
export const delegationsProjection: Projection = {
  name: 'delegations',
  version: 1,
  tables: [delegations],
  on: {
    DelegationSet(event, rows) {
      const { delegationId, toUserId, from, until } = event.data;
      const userId = streamId(event);
      rows.put('delegations', { delegationId, userId, toUserId, fromAt: from, untilAt: until });
    },
    DelegationEnded: ({ data }, rows) => rows.remove('delegations', data.delegationId),
    async UserRemoved(event, rows) {
      for (const { delegationId } of await rows.find('delegations', 'userId', streamId(event)))
        rows.remove('delegations', delegationId);
    },
  },
};
