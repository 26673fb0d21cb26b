import type { ItemRow, Views } from '../../adapters/views/port.ts';
import { itemSecrets, type ItemKind, type SecretPlace } from '../../domain/items.ts';
import { settingsStream } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { SealedPlace } from '../../domain/sealed.ts';
import { sha256 } from '../digest.ts';

export const keyOfItem = (kind: ItemKind, itemId: string): string => `${kind}/${itemId}`;

export const rowOfItem = (
  reader: Views['reader'],
  kind: ItemKind,
  itemId: string,
): Promise<ItemRow | undefined> =>
  reader
    .selectFrom('items')
    .selectAll()
    .where('itemKey', '=', keyOfItem(kind, itemId))
    .executeTakeFirst();

/** The item as it is on record, with its secrets sealed. */
export const storedItem = ({ item }: Pick<ItemRow, 'item'>): JsonObject =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the projection writes this column
  JSON.parse(item) as JsonObject;

export const versionOfItem = ({ item }: Pick<ItemRow, 'item'>): string => sha256(item).slice(0, 32);

export const placeOfSecret = (kind: ItemKind, itemId: string, name: string): SealedPlace => ({
  owner: 'settings',
  stream: settingsStream,
  field: `${kind}.${itemId}.${name}`,
});

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Change = (
  holder: JsonObject,
  field: string,
  name: string,
  place: SecretPlace,
) => Promise<JsonObject>;

/** Walks over all places for secrets of an item; `change` gives each holder of one anew. */
export const overSecrets = async (
  kind: ItemKind,
  item: JsonObject,
  change: Change,
): Promise<JsonObject> => {
  let changed = item;
  for (const place of itemSecrets[kind] ?? []) {
    const { field, of } = place;
    if (of === undefined) {
      changed = await change(changed, field, field, place);
      continue;
    }
    const list = changed[of.list];
    if (!Array.isArray(list)) continue;
    const entries: Json[] = [];
    for (const entry of list) {
      const by = isObject(entry) ? entry[of.by] : undefined;
      entries.push(
        isObject(entry) && typeof by === 'string'
          ? { ...(await change(entry, field, `${of.list}.${by}`, place)) }
          : entry,
      );
    }
    changed = { ...changed, [of.list]: entries };
  }
  return changed;
};

/** All secrets of an item by name, as they stand in it. */
export const secretsIn = async (
  kind: ItemKind,
  item: JsonObject,
): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  await overSecrets(kind, item, async (holder, field, name) => {
    const value = holder[field];
    if (typeof value === 'string') found.set(name, value);
    return holder;
  });
  return found;
};
