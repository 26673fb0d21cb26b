import { readVerifier, type Verifier } from '../../adapters/ledger/notes.ts';
import { treeHash } from '../../adapters/ledger/treeHash.ts';
import { trustOf } from '../../adapters/ledger/trust.ts';
import { createExaminer } from '../../domain/ledger/examine.ts';
import type { Fault } from '../../domain/ledger/fault.ts';
import type { Source } from './source.ts';

export type Verified = {
  readonly ok: boolean;
  readonly events: number;
  /** Signed roots that the events lead to, and how many events the largest of them is about. */
  readonly checkpoints: number;
  readonly signedSize: number;
  /** Ids of the keys that were believed. */
  readonly keys: readonly string[];
  /** True where the key was taken from what it is to vouch for. */
  readonly keyFromSource: boolean;
  /** Where the log was put back, by the word of its key; the oldest first. */
  readonly restorations: readonly RestorationFound[];
  readonly fault?: Fault;
};

/** The log was put back to its first `kept` events; `lost` events that were signed are not there any more. */
export type RestorationFound = {
  readonly id: string;
  readonly at: string;
  readonly kept: number;
  readonly lost: number;
};

/** There is nothing that could be verified; the message says what is missing. */
export class NotVerifiable extends Error {
  override readonly name = 'NotVerifiable';
}

const reportEvery = 10_000;

/**
 * Verifies a source against its own checkpoints and those that were anchored elsewhere.
 * @throws {NotVerifiable} without a key or any checkpoint
 */
export const verify = (
  source: Source,
  given: { readonly keys: readonly Verifier[]; readonly anchors: readonly string[] },
  onProgress: (done: number, total: number) => void = () => undefined,
): Verified => {
  const { named, endorsements } = source;
  const keyFromSource = given.keys.length === 0;
  const keys = keyFromSource ? named.slice(0, 1) : given.keys;
  if (keys.length === 0) throw new NotVerifiable('there is no public key: give one by --key');
  const notes = [...source.notes, ...given.anchors];
  if (notes.length === 0)
    throw new NotVerifiable('there is no checkpoint: give the anchored ones by --anchors');
  const trusted = trustOf({ keys, named, endorsements, notes });
  const examiner = createExaminer({
    hash: treeHash(),
    roots: trusted.roots,
    kept: (index) => source.kept(index),
  });
  let done = 0;
  for (const line of source.lines()) {
    examiner.take(line);
    done += 1;
    if (done % reportEvery === 0) onProgress(done, Math.max(done, source.expected));
  }
  const { events, roots, signedSize, fault: found } = examiner.finish();
  const fault = found ?? foreignFault(trusted.foreign, signedSize);
  return {
    ok: fault === undefined,
    events,
    checkpoints: roots,
    signedSize,
    keys: trusted.keys.map(({ keyId }) => keyId),
    keyFromSource,
    restorations: trusted.restorations.map(({ id, at, size, lostSize }) => ({
      id,
      at,
      kept: size,
      lost: lostSize - size,
    })),
    ...(fault ? { fault } : {}),
  };
};

/** Everything fits together, but part of it was signed by somebody else. */
const foreignFault = (foreign: readonly number[], signedSize: number): Fault | undefined => {
  if (foreign.length === 0) return undefined;
  const until = Math.max(...foreign);
  return {
    kind: 'rewritten',
    position: Math.min(signedSize + 1, Math.max(until, 1)),
    until: Math.max(until, 1),
    detail: `no known key has signed ${foreign.length} of the checkpoints`,
  };
};

/** A key as text, or the first line of a file that holds one. @throws {NotVerifiable} */
export const keyOf = (given: string, read: (path: string) => string): Verifier => {
  const direct = readVerifier(given);
  if (direct) return direct;
  let text: string;
  try {
    text = read(given);
  } catch (cause) {
    const fault = new NotVerifiable(`${given} is neither a public key nor a file that can be read`);
    fault.cause = cause;
    throw fault;
  }
  const key = readVerifier(text.split('\n')[0] ?? '');
  if (!key) throw new NotVerifiable(`${given} holds no public key of the form name+id+base64`);
  return key;
};
