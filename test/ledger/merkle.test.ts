import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { treeHash } from '../../adapters/ledger/treeHash.ts';
import { createFrontier, type Hash } from '../../domain/ledger/merkle.ts';
import {
  consistencyProof,
  extendsTree,
  inclusionProof,
  includes,
  rangeRoot,
  type NodeReader,
} from '../../domain/ledger/proofs.ts';
import { count, seed } from '../support/profile.ts';

const hash = treeHash();
const runs = { seed, numRuns: count(2_000) };
const maxSize = 300;

/** RFC 6962 §2.1 as it is written, without any of our short cuts. */
const naive = (leaves: readonly Hash[]): Hash => {
  const [only] = leaves;
  if (only === undefined) return hash.empty();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hash.node(naive(leaves.slice(0, split)), naive(leaves.slice(split)));
};
const leavesOf = (size: number, salt = ''): Hash[] =>
  Array.from({ length: size }, (_, index) => hash.leaf(`${salt}${index}`));
const nodeOf =
  (leaves: readonly Hash[]): NodeReader =>
  (level, index) =>
    naive(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
const hex = (found: Hash): string => Buffer.from(found).toString('hex');

/** A bit that is not as it was. */
const flipped = (step: Hash, bit: number): Hash => {
  const copy = Buffer.from(step);
  copy[Math.floor(bit / 8) % copy.length]! ^= 1 << (bit % 8);
  return copy;
};

describe('the tree of RFC 6962', () => {
  test('roots are those of the published test vectors of Certificate Transparency', () => {
    const vectors = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657'];
    const frontier = createFrontier(hash);
    const roots = [...vectors, '606162636465666768696a6b6c6d6e6f'].map((leaf) => {
      frontier.append(hash.leaf(Buffer.from(leaf, 'hex').toString('latin1')));
      return hex(frontier.root());
    });
    expect(hex(createFrontier(hash).root())).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect([roots[0], roots[1], roots[2], roots[7]]).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  test('a frontier that grew leaf by leaf has the root of the definition, and so has every range', () => {
    fc.assert(
      fc.property(fc.nat(maxSize), (size) => {
        const leaves = leavesOf(size);
        const frontier = createFrontier(hash);
        for (const leaf of leaves) frontier.append(leaf);
        const copy = frontier.copy();
        copy.append(hash.leaf('one more'));
        expect(hex(frontier.root())).toBe(hex(naive(leaves)));
        expect(hex(rangeRoot(hash, nodeOf(leaves), 0, size))).toBe(hex(naive(leaves)));
      }),
      { ...runs, numRuns: count(400) },
    );
  });
});

const indexInSize = fc
  .integer({ min: 1, max: maxSize })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1) }));

describe('proofs', () => {
  test('inclusion is proven for every leaf, and for no other leaf, place, root or path', () => {
    fc.assert(
      fc.property(indexInSize, fc.nat(255), fc.nat(), ({ size, index }, bit, pick) => {
        const leaves = leavesOf(size);
        const proof = inclusionProof(hash, nodeOf(leaves), { index, size });
        const claim = { leaf: leaves[index]!, index, size, root: naive(leaves), proof };
        expect(includes(hash, claim)).toBe(true);
        expect(includes(hash, { ...claim, leaf: flipped(claim.leaf, bit) })).toBe(false);
        expect(includes(hash, { ...claim, root: flipped(claim.root, bit) })).toBe(false);
        expect(includes(hash, { ...claim, proof: [...proof, claim.leaf] })).toBe(false);
        if (size > 1) {
          const at = pick % size;
          expect(includes(hash, { ...claim, index: at })).toBe(at === index);
          const step = pick % proof.length;
          expect(
            includes(hash, { ...claim, proof: proof.with(step, flipped(proof[step]!, bit)) }),
          ).toBe(false);
          expect(includes(hash, { ...claim, proof: proof.slice(1) })).toBe(false);
        }
        expect(includes(hash, { ...claim, index: size })).toBe(false);
      }),
      { ...runs, numRuns: count(400) },
    );
  });

  test('SEC-81 a later tree is proven to begin with the earlier one; a forged middle is not', () => {
    fc.assert(
      fc.property(indexInSize, fc.nat(255), fc.nat(), ({ size: to, index }, bit, pick) => {
        const from = index + 1;
        const leaves = leavesOf(to);
        const [fromRoot, toRoot] = [naive(leaves.slice(0, from)), naive(leaves)];
        const proof = consistencyProof(hash, nodeOf(leaves), { from, to });
        const claim = { from, fromRoot, to, toRoot, proof };
        expect(extendsTree(hash, claim)).toBe(true);
        // One event among the first was exchanged before the later root was signed.
        const forged = leaves.with(pick % from, hash.leaf('forged'));
        const forgery = consistencyProof(hash, nodeOf(forged), { from, to });
        const lie = { ...claim, toRoot: naive(forged), proof: forgery };
        expect(extendsTree(hash, lie)).toBe(false);
        expect(extendsTree(hash, { ...lie, proof })).toBe(false);
        expect(extendsTree(hash, { ...claim, proof: [...proof, fromRoot] })).toBe(false);
        if (from < to) {
          const step = pick % proof.length;
          const bent = proof.with(step, flipped(proof[step]!, bit));
          expect(extendsTree(hash, { ...claim, proof: bent })).toBe(false);
        }
      }),
      { ...runs, numRuns: count(400) },
    );
  });
});
