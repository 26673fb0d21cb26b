import { type Projection } from './projection.ts';
import { table } from './table.ts';

const items = table({
  name: 'items',
  key: 'itemKey',
  columns: {
    itemKey: 'text',
    kind: 'text',
    itemId: 'text',
    item: 'text',
    position: 'integer',
    changedAt: 'text',
  },
  indexes: [['kind', 'position']],
});

/** The lists of the configuration. Secrets stay sealed. */
export const itemsProjection: Projection = {
  name: 'items',
  version: 1,
  tables: [items],
  on: {
    async ConfigurationItemSet({ data, meta, position }, rows) {
      const { kind, itemId, item } = data;
      const itemKey = `${kind}/${itemId}`;
      const known = await rows.get('items', itemKey);
      rows.put('items', {
        itemKey,
        kind,
        itemId,
        item: JSON.stringify(item),
        // A change leaves an item where it stands in its list.
        position: known?.position ?? position,
        changedAt: meta.at,
      });
    },
    ConfigurationItemRemoved: ({ data }, rows) =>
      rows.remove('items', `${data.kind}/${data.itemId}`),
  },
};
