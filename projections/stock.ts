import type { StockRow } from '../adapters/views/port.ts';
import { streamId, type Projection } from './projection.ts';
import type { Rows } from './rows.ts';
import { table } from './table.ts';

const stock = table({
  name: 'stock',
  key: 'serialKey',
  columns: {
    serialKey: 'text',
    tokenId: 'text',
    serial: 'text',
    search: 'text',
    kind: 'text',
    digits: 'integer',
    periodSeconds: 'integer',
    manufacturer: 'text',
    model: 'text',
    weak: 'integer',
    state: 'text',
    userId: 'text?',
    importedAt: 'text',
  },
  indexes: [['serial']],
  findBy: ['tokenId', 'userId'],
});

const found = async (
  rows: Rows,
  column: 'tokenId' | 'userId',
  value: string,
  state: StockRow['state'],
): Promise<void> => {
  for (const row of await rows.find('stock', column, value)) rows.put('stock', { ...row, state });
};

/** Hardware tokens and who has them, without their seeds. */
export const stockProjection: Projection = {
  name: 'stock',
  version: 1,
  tables: [stock],
  on: {
    TokenImported(event, rows) {
      const { tokenId, serial, kind, digits, periodSeconds, manufacturer, model, weak } =
        event.data;
      rows.put('stock', {
        serialKey: streamId(event),
        tokenId,
        serial,
        search: serial.toLowerCase(),
        kind,
        digits,
        periodSeconds,
        manufacturer: manufacturer ?? '',
        model: model ?? '',
        weak: weak ? 1 : 0,
        state: 'imported',
        userId: null,
        importedAt: event.meta.at,
      });
    },
    TokenTaken: (event, rows) =>
      rows.change('stock', streamId(event), { state: 'assigned', userId: event.data.userId }),
    TokenReleased: (event, rows) =>
      rows.change('stock', streamId(event), { state: 'disabled', userId: null }),
    TokenLost: (event, rows) =>
      rows.change('stock', streamId(event), { state: 'lost', userId: null }),
    TokenActivated: ({ data }, rows) => found(rows, 'tokenId', data.tokenId, 'active'),
    // Hardware tokens stay with a person who registers anew, but must be activated again.
    UserRegistrationReset: (event, rows) => found(rows, 'userId', streamId(event), 'assigned'),
  },
};
