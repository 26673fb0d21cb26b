import { isSameHash, type Hash, type TreeHash } from './merkle.ts';

/** Root of the complete subtree of 2^level leaves that is the index-th of its level; level 0 are the leaves. */
export type NodeReader = (level: number, index: number) => Hash;

/** Largest power of two below `size`, which is above 1. */
const splitOf = (size: number): number => {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
};

/** Root of the leaves from `from` up to, but not including, `to` (RFC 6962 §2.1, MTH). */
export const rangeRoot = (hash: TreeHash, node: NodeReader, from: number, to: number): Hash => {
  const size = to - from;
  if (size === 0) return hash.empty();
  const level = Math.round(Math.log2(size));
  if (2 ** level === size && from % size === 0) return node(level, from / size);
  const split = from + splitOf(size);
  return hash.node(rangeRoot(hash, node, from, split), rangeRoot(hash, node, split, to));
};

const checkSizes = (...sizes: readonly number[]): void => {
  if (sizes.some((size, at) => !Number.isSafeInteger(size) || size < (sizes[at - 1] ?? 0)))
    throw new RangeError(`no such tree: ${sizes.join(' in ')}`);
};

/** What leads from leaf `index` to the root of the first `size` leaves (RFC 6962 §2.1.1). */
export const inclusionProof = (
  hash: TreeHash,
  node: NodeReader,
  { index, size }: { readonly index: number; readonly size: number },
): readonly Hash[] => {
  checkSizes(0, index, size - 1);
  const path = (from: number, to: number): Hash[] => {
    if (to - from === 1) return [];
    const split = from + splitOf(to - from);
    return index < split
      ? [...path(from, split), rangeRoot(hash, node, split, to)]
      : [...path(split, to), rangeRoot(hash, node, from, split)];
  };
  return path(0, size);
};

/** What shows that the tree of `to` leaves begins with that of `from` (RFC 6962 §2.1.2). */
export const consistencyProof = (
  hash: TreeHash,
  node: NodeReader,
  { from: old, to: size }: { readonly from: number; readonly to: number },
): readonly Hash[] => {
  checkSizes(0, old, size);
  const prove = (from: number, to: number, isOldRoot: boolean): Hash[] => {
    if (old === to) return isOldRoot ? [] : [rangeRoot(hash, node, from, to)];
    const split = from + splitOf(to - from);
    return old <= split
      ? [...prove(from, split, isOldRoot), rangeRoot(hash, node, split, to)]
      : [...prove(split, to, false), rangeRoot(hash, node, from, split)];
  };
  return old === 0 ? [] : prove(0, size, true);
};

/** True where `proof` leads from the leaf at `index` to the root of `size` leaves (RFC 9162 §2.1.3.2). */
export const includes = (
  hash: TreeHash,
  claim: {
    readonly leaf: Hash;
    readonly index: number;
    readonly size: number;
    readonly root: Hash;
    readonly proof: readonly Hash[];
  },
): boolean => {
  if (!(claim.index >= 0 && claim.index < claim.size)) return false;
  let [at, last, found] = [claim.index, claim.size - 1, claim.leaf];
  for (const step of claim.proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      found = hash.node(step, found);
      // The last of a level may have no partner for some levels.
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else found = hash.node(found, step);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSameHash(found, claim.root);
};

/** True where `proof` shows that the later tree begins with the earlier one (RFC 9162 §2.1.4.2). */
export const extendsTree = (
  hash: TreeHash,
  claim: {
    readonly from: number;
    readonly fromRoot: Hash;
    readonly to: number;
    readonly toRoot: Hash;
    readonly proof: readonly Hash[];
  },
): boolean => {
  const { from, to, fromRoot, toRoot } = claim;
  if (!(from >= 0 && from <= to)) return false;
  if (from === to) return claim.proof.length === 0 && isSameHash(fromRoot, toRoot);
  if (from === 0) return claim.proof.length === 0;
  const isPower = 2 ** Math.round(Math.log2(from)) === from;
  const [first, ...rest] = isPower ? [fromRoot, ...claim.proof] : claim.proof;
  if (first === undefined) return false;
  let [at, last] = [from - 1, to - 1];
  while (at % 2 === 1) [at, last] = [(at - 1) / 2, Math.floor(last / 2)];
  let [oldRoot, newRoot] = [first, first];
  for (const step of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldRoot = hash.node(step, oldRoot);
      newRoot = hash.node(step, newRoot);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else newRoot = hash.node(newRoot, step);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSameHash(oldRoot, fromRoot) && isSameHash(newRoot, toRoot);
};
