import { hash } from 'node:crypto';
import type { TreeHash } from '../../domain/ledger/merkle.ts';

const hashBytes = 32;
const sha256 = (input: string | Uint8Array): Buffer => hash('sha256', input, 'buffer');

/** SHA-256 as RFC 6962 §2.1 has it. A line is hashed as text: that is one copy less than through a buffer. */
export const treeHash = (): TreeHash => {
  const pair = Buffer.alloc(1 + 2 * hashBytes, 1);
  return {
    leaf: (line) => sha256(`\0${line}`),
    node(left, right) {
      pair.set(left, 1);
      pair.set(right, 1 + hashBytes);
      return sha256(pair);
    },
    empty: () => sha256(''),
  };
};
