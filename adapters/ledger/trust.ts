import { readCheckpoint, readNote } from '../../domain/ledger/checkpoint.ts';
import type { SignedRoot } from '../../domain/ledger/examine.ts';
import { endorsedBy, signerOf, type Verifier } from './notes.ts';

export type Trusted = {
  readonly keys: readonly Verifier[];
  readonly roots: readonly SignedRoot[];
  /** Sizes of checkpoints of this log that no key has signed which belongs to it: somebody else's work, or broken. */
  readonly foreign: readonly number[];
};

type Given = {
  /** Keys that are believed from the start. */
  readonly keys: readonly Verifier[];
  /** Keys that the source itself names, and notes by which one vouches for the next. */
  readonly named: readonly Verifier[];
  readonly endorsements: readonly string[];
  readonly notes: readonly string[];
};

const has = (keys: readonly Verifier[], { keyId, name }: Verifier): boolean =>
  keys.some((key) => key.keyId === keyId && key.name === name);

/** The given keys, and all that came after by the word of the one before. */
const successors = ({ keys, endorsements }: Given): readonly Verifier[] =>
  endorsements.reduce((known, note) => {
    const next = endorsedBy(note, known);
    return next && !has(known, next) ? [...known, next] : known;
  }, keys);

/** Keys from before the given ones: they vouched for them, which is no reason to believe them, nor to wonder about their notes. */
const predecessors = ({ named, endorsements }: Given, known: readonly Verifier[]) =>
  endorsements.toReversed().reduce((older: readonly Verifier[], note) => {
    const by = named.find((key) => {
      const next = endorsedBy(note, [key]);
      return next !== undefined && has([...known, ...older], next);
    });
    return by ? [...older, by] : older;
  }, []);

/** Sorts checkpoints into those that a key vouches for, those of older keys, and the rest. */
export const trustOf = (given: Given): Trusted => {
  const keys = successors(given);
  const older = predecessors(given, keys);
  const roots = new Map<string, SignedRoot>();
  const foreign: number[] = [];
  for (const printed of new Set(given.notes)) {
    const note = readNote(printed);
    const checkpoint = note && readCheckpoint(note.text);
    const signer = note && signerOf(note, keys);
    if (checkpoint && signer?.name === checkpoint.origin) {
      const { size, root } = checkpoint;
      roots.set(note.text, { size, root: Buffer.from(root, 'base64') });
    } else if (!(note && signerOf(note, older))) foreign.push(checkpoint?.size ?? 0);
  }
  return { keys, roots: [...roots.values()], foreign };
};
