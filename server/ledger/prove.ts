import { existsSync } from 'node:fs';
import type { LogRecords } from '../../adapters/ledger/port.ts';
import { openSqliteLedger } from '../../adapters/ledger/sqliteLedger.ts';
import type { EventProof } from '../../api/facade/ledger.ts';
import type { TreeHash } from '../../domain/ledger/merkle.ts';
import { printProof } from '../../domain/ledger/proofFile.ts';
import { inclusionProof } from '../../domain/ledger/proofs.ts';
import { lineOf } from '../../domain/ledger/record.ts';

const positionForm = /^\d{1,15}$/;

type Options = { readonly records: LogRecords; readonly file: string; readonly hash: TreeHash };

/**
 * Proof that an event, named by its id or its position, is under the newest checkpoint, from the ledger's file alone. The event is as the log has it now: if
 * it was altered, the proof does not verify.
 * @returns undefined for an event that is not on record, or not under a checkpoint yet
 */
export const proveEvent = async (
  { records, file, hash }: Options,
  id: string,
): Promise<EventProof | undefined> => {
  const [event] = positionForm.test(id)
    ? await records.after(Number(id) - 1, 1)
    : [await records.byId(id)].filter((found) => found !== undefined);
  if (!event || !existsSync(file)) return undefined;
  const store = openSqliteLedger(file, hash, { readOnly: true });
  try {
    const checkpoint = store.checkpoints().findLast(({ isVoid }) => !isVoid);
    const index = event.position - 1;
    if (!checkpoint || index >= checkpoint.size) return undefined;
    const { size, note } = checkpoint;
    const hashes = inclusionProof(hash, store.node, { index, size });
    const proof = printProof({
      extra: Buffer.from(lineOf(event)).toString('base64'),
      index,
      hashes: hashes.map((step) => Buffer.from(step).toString('base64')),
      checkpoint: note,
    });
    return { position: event.position, type: event.type, size, proof };
  } finally {
    store.close();
  }
};
