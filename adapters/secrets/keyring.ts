import type { KeyOwner } from '../../domain/sealed.ts';
import { deriveKey } from './gcm.ts';
import { openKeyTable, type DataKey } from './keyTable.ts';
import { Lru } from './lru.ts';
import type { MasterKeys } from './masters.ts';
import { KeysUnavailable } from './port.ts';

const maxCachedKeys = 10_000;
/** How long another process's destruction of a key may go unnoticed here. */
const maxStaleMs = 200;
/**
 * A key may seal 2^32 values under random nonces (SP 800-38D §8.3). Counts are written later than the
 * seals they count, so a crash forgets up to `maxUncounted` of them; half the limit leaves room for
 * 32,000 such crashes.
 */
const defaultMaxSeals = 2 ** 31;
const maxUncounted = 65_536;
const countAfterMs = 1_000;

/** A person was erased: nothing is sealed for them any more. */
export class OwnerErased extends Error {
  override readonly name = 'OwnerErased';
  constructor() {
    super('the key of this owner has been destroyed');
  }
}

export type Keyring = {
  /** @throws {OwnerErased} */
  forSealing(owner: KeyOwner): Promise<DataKey>;
  forOpening(id: string): DataKey | undefined;
  /** The key that an owner's key and that of a period make together. */
  joined(own: DataKey, dated: DataKey): Buffer;
  /** The same by the ids; undefined where the period's key is not there and nobody kept what they made. */
  joinedById(own: DataKey, datedId: string): Buffer | undefined;
  /** Whether a key, by its id, was destroyed with its period. */
  isExpired(id: string): boolean;
  readonly table: KeyTable;
  /** After keys were taken out of the table. */
  forget(): void;
  isErased(owner: KeyOwner): boolean;
  destroy(owner: KeyOwner): void;
  close(): void;
};

export type KeyTable = ReturnType<typeof openKeyTable>;

/** What seals where both an owner and a period must be there: neither key alone says anything of it (RFC 5869). */
export const joinKeys = (own: Pick<DataKey, 'key'>, dated: Pick<DataKey, 'key'>): Buffer =>
  deriveKey(Buffer.concat([own.key, dated.key]), 'seal for an owner in a period');

/** Keeps unwrapped keys at hand, makes new ones, and counts how often each one seals. */
export function openKeyring(
  file: string,
  keysOf: MasterKeys,
  maxSeals: number = defaultMaxSeals,
): Keyring {
  const table = openKeyTable(file, keysOf);
  const byId = new Lru<string, DataKey>(maxCachedKeys);
  const byOwner = new Lru<string, DataKey>(maxCachedKeys);
  const byPair = new Lru<string, Buffer>(maxCachedKeys);
  const uncounted = new Map<string, number>();
  const wanted = new Map<KeyOwner, number>();
  let made: Promise<void> | undefined;
  let counting: NodeJS.Timeout | undefined;
  let seen = table.foreignChanges();
  let lookedAt = performance.now();

  const forget = (): void => {
    byId.clear();
    byOwner.clear();
    byPair.clear();
  };
  /** Forgets all keys when another process has written: one of them may be destroyed. */
  const refresh = (): void => {
    if (performance.now() - lookedAt < maxStaleMs) return;
    lookedAt = performance.now();
    const now = table.foreignChanges();
    if (now !== seen) forget();
    seen = now;
  };

  const current = (owner: KeyOwner): DataKey | undefined => {
    const cached = byOwner.get(owner);
    if (cached) return cached;
    const found = table.current(owner);
    if (!found) return undefined;
    found.seals += uncounted.get(found.id) ?? 0;
    byOwner.set(owner, found);
    return found;
  };

  /** Keys that are wanted in one turn are made in one commit. */
  const make = (owner: KeyOwner, version: number): Promise<void> => {
    wanted.set(owner, version);
    made ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        made = undefined;
        const batch = [...wanted];
        wanted.clear();
        try {
          table.create(batch);
          resolve();
        } catch (cause) {
          reject(new KeysUnavailable('a new key could not be kept', { cause }));
        }
      });
    });
    return made;
  };

  const writeCounts = (): void => {
    clearTimeout(counting);
    counting = undefined;
    if (uncounted.size === 0) return;
    table.count(uncounted);
    uncounted.clear();
  };
  const writeCountsLater = (): void => {
    try {
      writeCounts();
    } catch {
      // They are kept and written with the next ones; sealing stops if that never works.
    }
  };
  const writeCountsNow = (): void => {
    try {
      writeCounts();
    } catch (cause) {
      throw new KeysUnavailable('the counts of seals could not be kept', { cause });
    }
  };
  const count = (key: DataKey): void => {
    key.seals += 1;
    const total = (uncounted.get(key.id) ?? 0) + 1;
    uncounted.set(key.id, total);
    if (total >= maxUncounted || uncounted.size > maxCachedKeys) writeCountsNow();
    else counting ??= setTimeout(writeCountsLater, countAfterMs).unref();
  };

  const find = (id: string): DataKey | undefined => {
    refresh();
    const cached = byId.get(id);
    if (cached) return cached;
    const found = table.find(id);
    if (found) byId.set(id, found);
    return found;
  };
  const remember = (pair: string, key: Buffer | undefined): Buffer | undefined => {
    if (key) byPair.set(pair, key);
    return key;
  };

  return {
    table,
    forget,
    forOpening: find,
    isExpired: (id) => table.isErased(`key:${id}`),
    joined(own, dated) {
      const pair = own.id + dated.id;
      const key = byPair.get(pair) ?? joinKeys(own, dated);
      byPair.set(pair, key);
      return key;
    },
    joinedById(own, datedId) {
      refresh();
      const pair = own.id + datedId;
      const cached = byPair.get(pair);
      if (cached) return cached;
      const dated = find(datedId);
      return remember(pair, dated ? joinKeys(own, dated) : table.findHeld(pair));
    },
    async forSealing(owner) {
      refresh();
      let key = current(owner);
      if (!key || key.seals >= maxSeals) {
        await make(owner, (key?.version ?? 0) + 1);
        const newest = table.current(owner);
        if (!newest) throw new OwnerErased();
        // Others waited for the same key; all of them count on one.
        const cached = byOwner.get(owner);
        key = cached?.id === newest.id ? cached : newest;
        byOwner.set(owner, key);
      }
      count(key);
      return key;
    },
    isErased: (owner) => table.isErased(owner),
    destroy(owner) {
      table.destroy(owner, new Date().toISOString());
      forget();
    },
    close() {
      // On a full disk it is as if this process had been killed.
      writeCountsLater();
      table.close();
    },
  };
}
