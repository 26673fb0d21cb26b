import type { ItemRow } from '../../adapters/views/port.ts';
import type { Recordings } from '../../adapters/recordings/port.ts';
import { isItemKind, maxItemsOfKind, type ItemKind, type Items } from '../../domain/items.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Sealed } from '../../domain/sealed.ts';
import type { ItemQueries, ItemView, OpenItem } from '../facade/items.ts';
import type { QueryContext } from './context.ts';
import { overSecrets, placeOfSecret, rowOfItem, storedItem, versionOfItem } from './itemRows.ts';
import { readSettings } from './settings.ts';

/** In place of a secret stands that there is one. */
const shownItem = (kind: ItemKind, item: JsonObject): Promise<JsonObject> =>
  overSecrets(kind, item, async (holder, field) => {
    const { [field]: secret, ...rest } = holder;
    return secret === undefined ? rest : { ...rest, [`${field}Set`]: true };
  });

const shown = async (row: ItemRow): Promise<ItemView> => {
  if (!isItemKind(row.kind)) throw new TypeError('only known kinds are asked for');
  return {
    kind: row.kind,
    itemId: row.itemId,
    item: await shownItem(row.kind, storedItem(row)),
    changedAt: row.changedAt,
    version: versionOfItem(row),
  };
};

export const itemQueries = (context: QueryContext, recordings: Recordings): ItemQueries => {
  const { reader, secrets } = context;
  const inTheClear = async (): Promise<readonly string[]> => {
    const rows = await rowsOf('radiusTarget');
    return rows.flatMap((row) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the front end has checked the shape of what is stored
      const { directories = [] } = storedItem(row) as unknown as Items['radiusTarget'];
      return directories
        .filter(({ security, allowPlainText }) => security === 'none' && allowPlainText === true)
        .map(({ host }) => `radiusTarget ${row.itemId} sends passwords to ${host} in the clear`);
    });
  };
  const rowsOf = (kind: ItemKind): Promise<readonly ItemRow[]> =>
    reader
      .selectFrom('items')
      .selectAll()
      .where('kind', '=', kind)
      .orderBy('position')
      .limit(maxItemsOfKind)
      .execute();

  return {
    listItems: async (kind) => Promise.all((await rowsOf(kind)).map(shown)),
    async getItem(kind, itemId) {
      const row = await rowOfItem(reader, kind, itemId);
      return row && shown(row);
    },
    async openItems<K extends ItemKind>(kind: K) {
      const opened = (await rowsOf(kind)).map(async (row) => {
        const item = await overSecrets(kind, storedItem(row), async (holder, field, name) => {
          const sealed = holder[field];
          if (typeof sealed !== 'string') return holder;
          const place = placeOfSecret(kind, row.itemId, name);
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command seals what stands here
          return { ...holder, [field]: (await secrets.open(place, sealed as Sealed)) ?? '' };
        });
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the front end has checked the shape of what is stored
        return { ...item, itemId: row.itemId } as unknown as OpenItem<K>;
      });
      return Promise.all(opened);
    },
    recordingAudio: (audio) => recordings.get(audio),
    async configurationWarnings() {
      const settings: Readonly<Record<string, unknown>> = await readSettings(context);
      const code = settings['fraudCode'];
      const clear = await inTheClear();
      if (code === undefined || code === '0') return clear;
      const recorded = (await rowsOf('voiceMessage')).map(storedItem);
      const missing = (['fraudGreetingStandard', 'fraudGreetingPin'] as const).filter(
        (message) => !recorded.some((item) => item['message'] === message && item['audio'] !== ''),
      );
      return [
        ...clear,
        ...missing.map(
          (message) =>
            `the fraud code is not 0, but there is no recording ${message}: the built-in text names the code 0`,
        ),
      ];
    },
  };
};
