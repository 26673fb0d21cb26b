import type { DatabaseSync } from 'node:sqlite';
import { rangeRoot, type NodeReader } from '../../domain/ledger/proofs.ts';
import type { Hash, TreeHash } from '../../domain/ledger/merkle.ts';

const hashBytes = 32;
/** Levels of the tree in a tile, and the hashes of its lowest one. */
const tileLevels = 8;
const tileWidth = 2 ** tileLevels;
const cachedTiles = 256;

export const tileSchema = `
  CREATE TABLE IF NOT EXISTS tiles (
    level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, number)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * The tree in tiles of 256 hashes (the shape of C2SP tlog-tiles): a tile of level n holds roots of 256^n leaves each, so
 * that neither an append nor a proof ever reads the log again.
 */
export const createTiles = (db: DatabaseSync, hash: TreeHash) => {
  const select = db.prepare('SELECT hashes FROM tiles WHERE level = ? AND number = ?');
  const write = db.prepare(
    'INSERT INTO tiles (level, number, hashes) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hashes = excluded.hashes',
  );
  const last = db.prepare(
    'SELECT number, length(hashes) AS bytes FROM tiles WHERE level = 0 ORDER BY number DESC LIMIT 1',
  );
  const dropAfter = db.prepare('DELETE FROM tiles WHERE level = ? AND number > ?');
  const levels = db.prepare('SELECT coalesce(max(level), 0) AS level FROM tiles');
  const cache = new Map<string, Buffer>();
  let size = storedSize();

  function storedSize(): number {
    const row = last.get();
    if (!row) return 0;
    return Number(row['number']) * tileWidth + Number(row['bytes']) / hashBytes;
  }

  const tile = (level: number, number: number): Buffer => {
    const key = `${level}/${number}`;
    const known = cache.get(key);
    if (known) return known;
    const row = select.get(level, number);
    const blob = row?.['hashes'];
    const found = blob instanceof Uint8Array ? Buffer.from(blob) : Buffer.alloc(0);
    remember(key, found);
    return found;
  };
  const remember = (key: string, hashes: Buffer): void => {
    cache.set(key, hashes);
    if (cache.size > cachedTiles) cache.delete(cache.keys().next().value!);
  };

  /** The hash at an index of a level of tiles. */
  const at = (level: number, index: number): Hash | undefined => {
    const from = (index % tileWidth) * hashBytes;
    const hashes = tile(level, Math.floor(index / tileWidth));
    return from < hashes.length ? hashes.subarray(from, from + hashBytes) : undefined;
  };

  const node: NodeReader = (level, index) => {
    const found = level % tileLevels === 0 ? at(level / tileLevels, index) : undefined;
    if (found) return found;
    if (level === 0) throw new RangeError(`the ledger has no leaf ${index}`);
    return hash.node(node(level - 1, index * 2), node(level - 1, index * 2 + 1));
  };

  const extend = (level: number, from: number, added: readonly Hash[]): void => {
    const roots: Hash[] = [];
    const firstTile = Math.floor(from / tileWidth);
    for (let done = 0, number = firstTile; done < added.length; number += 1) {
      const before =
        number === firstTile
          ? tile(level, number).subarray(0, (from % tileWidth) * hashBytes)
          : Buffer.alloc(0);
      const room = tileWidth - before.length / hashBytes;
      const hashes = Buffer.concat([before, ...added.slice(done, done + room)]);
      done += room;
      write.run(level, number, hashes);
      remember(`${level}/${number}`, hashes);
      if (hashes.length === tileWidth * hashBytes)
        roots.push(
          rangeRoot(hash, (depth, index) => rootWithin(hashes, depth, index), 0, tileWidth),
        );
    }
    if (roots.length > 0) extend(level + 1, firstTile, roots);
  };
  const rootWithin = (hashes: Buffer, depth: number, index: number): Hash =>
    depth === 0
      ? hashes.subarray(index * hashBytes, (index + 1) * hashBytes)
      : hash.node(
          rootWithin(hashes, depth - 1, index * 2),
          rootWithin(hashes, depth - 1, index * 2 + 1),
        );

  return {
    size: () => size,
    leaf: (index: number): Hash | undefined => (index < size ? at(0, index) : undefined),
    node,
    /** Within a transaction of the caller's. */
    append(leaves: readonly Hash[]): void {
      extend(0, size, leaves);
      size += leaves.length;
    },
    /** Within a transaction of the caller's. */
    cut(to: number): void {
      cache.clear();
      const top = Number(levels.get()?.['level']);
      for (
        let level = 0, kept = to;
        level <= top;
        level += 1, kept = Math.floor(kept / tileWidth)
      ) {
        const number = Math.floor(kept / tileWidth);
        const part = tile(level, number).subarray(0, (kept % tileWidth) * hashBytes);
        dropAfter.run(level, part.length > 0 ? number : number - 1);
        if (part.length > 0) write.run(level, number, Buffer.from(part));
      }
      cache.clear();
      size = to;
    },
    /** Another process may have written, or a transaction was given up. */
    forget(): void {
      cache.clear();
      size = storedSize();
    },
  };
};
