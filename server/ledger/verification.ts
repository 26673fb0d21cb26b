import { setTimeout as pause } from 'node:timers/promises';
import type { AnchorFile } from '../../adapters/ledger/anchorFile.ts';
import { readVerifier } from '../../adapters/ledger/notes.ts';
import type { LedgerStore, LogRecords } from '../../adapters/ledger/port.ts';
import { trustOf } from '../../adapters/ledger/trust.ts';
import { createExaminer, type Examination } from '../../domain/ledger/examine.ts';
import type { TreeHash } from '../../domain/ledger/merkle.ts';
import { lineOf } from '../../domain/ledger/record.ts';

/** A verification takes a twentieth of a processor at most: a day has time enough. */
const batchSize = 500;
const turnMs = 100;

type Options = {
  readonly records: LogRecords;
  readonly store: LedgerStore;
  readonly anchors: AnchorFile;
  readonly hash: TreeHash;
  readonly signal: AbortSignal;
};

/** Compares the whole log with the ledger and all that was signed and anchored. @returns undefined if it was called off */
export const verifyLog = async (options: Options): Promise<Examination | undefined> => {
  const { records, store, anchors, hash, signal } = options;
  // What is appended meanwhile is the next verification's.
  const size = store.size();
  const keys = store.keys().flatMap(({ verifier }) => readVerifier(verifier) ?? []);
  const kept = store.checkpoints();
  // A loss that was told of is not told of again.
  const lost = new Set(kept.filter(({ isVoid }) => isVoid).map(({ note }) => note));
  const notes = [...kept.map(({ note }) => note), ...(await anchors.notes())].filter(
    (note) => !lost.has(note),
  );
  // The ledger's own file names its keys; whether they are the right ones is for a verifier elsewhere to say.
  const { roots } = trustOf({ keys, named: keys, endorsements: store.restorations(), notes });
  const examiner = createExaminer({
    hash,
    roots,
    kept: (index) => (index < size ? store.leaf(index) : undefined),
  });
  for (let taken = 0, position = 0; taken < size;) {
    const page = await records.after(position, Math.min(batchSize, size - taken));
    if (page.length === 0) break;
    for (const record of page) examiner.take(lineOf(record));
    taken += page.length;
    position = page.at(-1)?.position ?? position;
    await pause(turnMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
  }
  return examiner.finish();
};
