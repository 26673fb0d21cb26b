/** 32 bytes of SHA-256. */
export type Hash = Uint8Array;

/**
 * The two hashes of a tree (RFC 6962 §2.1), handed in because the domain imports no package: of a leaf SHA-256 over 0x00
 * and the event's canonical line in UTF-8, of a node SHA-256 over 0x01 and its two children.
 */
export type TreeHash = {
  leaf(line: string): Hash;
  node(left: Hash, right: Hash): Hash;
  /** Root of a tree without leaves. */
  empty(): Hash;
};

/** A tree that only grows: its size and what its roots are made of, at most one hash for each bit of the size. */
export type Frontier = {
  size(): number;
  append(leaf: Hash): void;
  root(): Hash;
  /** Another one of the same leaves, which grows apart from this one. */
  copy(): Frontier;
};

type Grown = {
  readonly size: number;
  /** Roots of the complete subtrees, the largest first. */
  readonly peaks: readonly Hash[];
};

export const createFrontier = (hash: TreeHash, grown: Grown = { size: 0, peaks: [] }): Frontier => {
  const peaks = [...grown.peaks];
  let { size } = grown;
  return {
    size: () => size,
    copy: () => createFrontier(hash, { size, peaks }),
    append(leaf) {
      let right = leaf;
      for (let left = size; left % 2 === 1; left = (left - 1) / 2)
        right = hash.node(peaks.pop()!, right);
      peaks.push(right);
      size += 1;
    },
    root: () =>
      peaks.length === 0
        ? hash.empty()
        : peaks.reduceRight((right, left) => hash.node(left, right)),
  };
};

export const isSameHash = (a: Hash, b: Hash): boolean => {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
};
