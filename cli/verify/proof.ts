import { signerOf, type Verifier } from '../../adapters/ledger/notes.ts';
import { treeHash } from '../../adapters/ledger/treeHash.ts';
import { readCheckpoint, readNote } from '../../domain/ledger/checkpoint.ts';
import { readProof } from '../../domain/ledger/proofFile.ts';
import { includes } from '../../domain/ledger/proofs.ts';
import { headOf } from '../../domain/ledger/record.ts';

export type ProofVerdict =
  | { readonly ok: true; readonly line: string; readonly position: number; readonly size: number }
  | { readonly ok: false; readonly reason: string };

const no = (reason: string): ProofVerdict => ({ ok: false, reason });

/** Whether a proof of one event leads to a checkpoint that one of the keys has signed. @returns undefined for what is no proof */
export const verifyProof = (text: string, keys: readonly Verifier[]): ProofVerdict | undefined => {
  const proof = readProof(text);
  const note = proof && readNote(proof.checkpoint);
  const checkpoint = note && readCheckpoint(note.text);
  if (!checkpoint) return undefined;
  const signer = signerOf(note, keys);
  if (signer?.name !== checkpoint.origin) return no('the checkpoint is not signed by this key');
  const hash = treeHash();
  const line = Buffer.from(proof.extra, 'base64').toString('utf8');
  const { index } = proof;
  const { size } = checkpoint;
  const isIn = includes(hash, {
    leaf: hash.leaf(line),
    index,
    size,
    root: Buffer.from(checkpoint.root, 'base64'),
    proof: proof.hashes.map((step) => Buffer.from(step, 'base64')),
  });
  if (!isIn) return no('the event is not in the log that the checkpoint is about');
  const head = headOf(line);
  if (head?.position !== index + 1) return no('the event is not the one of this position');
  return { ok: true, line, position: head.position, size };
};
