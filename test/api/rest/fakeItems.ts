import type { ItemCommands, ItemQueries, ItemView } from '../../../api/facade/items.ts';
import type { TelephonyQueries } from '../../../api/facade/telephony.ts';
import { Rejected } from '../../../domain/errors.ts';
import type { ItemKind } from '../../../domain/items.ts';
import { at, newId, type FakeWorld } from './fakeWorld.ts';

const never = (): never => {
  throw new TypeError('REST does not call this');
};
const items = new WeakMap<object, Map<string, ItemView>>();
const itemsOf = (world: FakeWorld): Map<string, ItemView> => {
  const known = items.get(world) ?? new Map<string, ItemView>();
  items.set(world, known);
  return known;
};
const mustBeSeen = (now: ItemView | undefined, version: string | undefined): void => {
  if (version !== undefined && version !== (now?.version ?? 'none'))
    throw new Rejected('conflict', 'somebody else has changed it meanwhile');
};

/** Configuration items in memory, without anything that seals. */
export const fakeItemCommands = (world: FakeWorld): ItemCommands => {
  const all = itemsOf(world);
  return {
    async setItem(caller, kind: ItemKind, itemId = newId(), item, version) {
      world.called('setItem', caller, kind, itemId, item);
      const now = all.get(`${kind}/${itemId}`);
      mustBeSeen(now, version);
      const view = { kind, itemId, item: { ...item } as never, changedAt: at, version: newId() };
      all.set(`${kind}/${itemId}`, view);
      return { itemId, made: {} };
    },
    async removeItem(caller, kind, itemId, version) {
      world.called('removeItem', caller, kind, itemId);
      mustBeSeen(all.get(`${kind}/${itemId}`), version);
      all.delete(`${kind}/${itemId}`);
    },
    async setRecording(caller, itemId, { contentType, bytes }) {
      world.called('setRecording', caller, itemId, contentType, bytes.length);
    },
  };
};

export const fakeItemQueries = (world: FakeWorld): ItemQueries & TelephonyQueries => {
  const all = itemsOf(world);
  return {
    listItems: async (kind) => [...all.values()].filter((item) => item.kind === kind),
    getItem: async (kind, itemId) => all.get(`${kind}/${itemId}`),
    configurationWarnings: async () => [],
    openItems: never,
    recordingAudio: never,
    telephonyProviders: never,
    recording: never,
  };
};
