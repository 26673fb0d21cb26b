import type { StoredEvent } from '../adapters/eventStore/port.ts';
import type { UserActivityRow } from '../adapters/views/port.ts';
import { streamId, type Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

const userActivity = table({
  name: 'userActivity',
  key: 'userId',
  columns: { userId: 'text', lastAttemptAt: 'text?', lastSuccessAt: 'text?' },
  indexes: [],
});

const seen = async (
  event: StoredEvent,
  rows: Rows,
  at: string,
  /** An approval ends an attempt that was seen before. */
  what: 'attempt' | 'approval' | 'success',
): Promise<void> => {
  const userId = streamId(event);
  const before: UserActivityRow = (await rows.get('userActivity', userId)) ?? {
    userId,
    lastAttemptAt: null,
    lastSuccessAt: null,
  };
  rows.put('userActivity', {
    ...before,
    ...(what === 'approval' ? {} : { lastAttemptAt: at }),
    ...(what === 'attempt' ? {} : { lastSuccessAt: at }),
  });
};

/** When people were last asked, and last proved who they are. */
export const userActivityProjection: Projection = {
  name: 'userActivity',
  version: 1,
  tables: [userActivity],
  on: {
    UserChallengeOpened: (event, rows) => seen(event, rows, event.data.at, 'attempt'),
    UserChallengeClosed: (event, rows) =>
      event.data.code === 'APPROVED' ? seen(event, rows, event.data.at, 'approval') : undefined,
    UserCodeAccepted: (event, rows) => seen(event, rows, event.data.at, 'success'),
    UserCodeRefused: (event, rows) => seen(event, rows, event.data.at, 'attempt'),
    BypassUsed: (event, rows) => seen(event, rows, event.data.at, 'success'),
    UserRemoved: (event, rows) => rows.remove('userActivity', streamId(event)),
  },
};
