import type { SpareCodesRow } from '../adapters/views/port.ts';
import type { StoredEvent } from '../adapters/eventStore/port.ts';
import { streamId, type Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

const spareCodes = table({
  name: 'spareCodes',
  key: 'userId',
  columns: {
    userId: 'text',
    recoveryLeft: 'integer',
    passId: 'text?',
    passOnce: 'integer',
    passUntil: 'text?',
    questions: 'text',
  },
  indexes: [],
});

const noPass = { passId: null, passOnce: 0, passUntil: null } as const;
const nothing = { recoveryLeft: 0, ...noPass, questions: '[]' } as const;

const update = async (
  event: Pick<StoredEvent, 'stream'>,
  rows: Rows,
  change: (row: SpareCodesRow) => Partial<SpareCodesRow>,
): Promise<void> => {
  const userId = streamId(event);
  const row = (await rows.get('spareCodes', userId)) ?? { userId, ...nothing };
  rows.put('spareCodes', { ...row, ...change(row) });
};

/** What people may fall back on, without codes and answers. */
export const spareCodesProjection: Projection = {
  name: 'spareCodes',
  version: 1,
  tables: [spareCodes],
  on: {
    RecoveryCodesIssued: (event, rows) =>
      update(event, rows, () => ({ recoveryLeft: event.data.codeHashes.length })),
    RecoveryCodeUsed: (event, rows) =>
      update(event, rows, ({ recoveryLeft }) => ({ recoveryLeft: Math.max(0, recoveryLeft - 1) })),
    AccessPassIssued(event, rows) {
      const { passId, once, until } = event.data;
      const pass = { passId, passOnce: once ? 1 : 0, passUntil: until } as const;
      return update(event, rows, () => pass);
    },
    AccessPassUsed: (event, rows) =>
      update(event, rows, ({ passId, passOnce }) =>
        passOnce === 1 && passId === event.data.passId ? noPass : {},
      ),
    AccessPassEnded: (event, rows) =>
      update(event, rows, ({ passId }) => (passId === event.data.passId ? noPass : {})),
    QuestionsSet: (event, rows) =>
      update(event, rows, () => ({ questions: JSON.stringify(event.data.questions) })),
    QuestionsReset: (event, rows) => update(event, rows, () => ({ questions: '[]' })),
    UserRegistrationReset: (event, rows) =>
      update(event, rows, () => ({ recoveryLeft: 0, questions: '[]' })),
    UserRemoved: (event, rows) => rows.remove('spareCodes', streamId(event)),
  },
};
