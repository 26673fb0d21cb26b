import {
  readCheckpoint,
  readNote,
  type Checkpoint,
  type Note,
} from '../../domain/ledger/checkpoint.ts';
import type { SignedRoot } from '../../domain/ledger/examine.ts';
import { lineageOf, type NamedRestoration } from '../../domain/ledger/restoration.ts';
import { endorsedBy, isStatement, restorationIn, signerOf, type Verifier } from './notes.ts';

/** A restoration that the ledger's key vouches for, with the largest size that was signed before it and is lost. */
export type KnownRestoration = NamedRestoration & { readonly lostSize: number };

export type Trusted = {
  readonly keys: readonly Verifier[];
  /** What the log must lead to. */
  readonly roots: readonly SignedRoot[];
  /** Sizes of checkpoints of this log that no key has signed which belongs to it: somebody else's work, or broken. */
  readonly foreign: readonly number[];
  /** Where the log was put back, the oldest first. */
  readonly restorations: readonly KnownRestoration[];
};

type Given = {
  /** Keys that are believed from the start. */
  readonly keys: readonly Verifier[];
  /** Keys that the source itself names, and notes by which one vouches for the next or says that the log was put back. */
  readonly named: readonly Verifier[];
  readonly endorsements: readonly string[];
  /** Checkpoints, and statements like those among them. */
  readonly notes: readonly string[];
};

const has = (keys: readonly Verifier[], { keyId, name }: Verifier): boolean =>
  keys.some((key) => key.keyId === keyId && key.name === name);

/** The given keys, and all that came after by the word of the one before. */
const successors = (
  keys: readonly Verifier[],
  endorsements: readonly string[],
): readonly Verifier[] => {
  const known = endorsements.reduce((sofar, note) => {
    const next = endorsedBy(note, sofar);
    return next && !has(sofar, next) ? [...sofar, next] : sofar;
  }, keys);
  return known.length === keys.length ? known : successors(known, endorsements);
};

/** Keys from before the given ones: they vouched for them, which is no reason to believe them, nor to wonder about their notes. */
const predecessors = (
  named: readonly Verifier[],
  endorsements: readonly string[],
  known: readonly Verifier[],
): readonly Verifier[] => {
  const older = named.filter(
    (key) =>
      !has(known, key) &&
      endorsements.some((note) => {
        const next = endorsedBy(note, [key]);
        return next !== undefined && has(known, next);
      }),
  );
  return older.length === 0
    ? []
    : [...older, ...predecessors(named, endorsements, [...known, ...older])];
};

type Read<T> = { readonly note: Note; readonly about: T };
const isBy = (keys: readonly Verifier[], { note, about }: Read<{ origin: string }>): boolean =>
  signerOf(note, keys)?.name === about.origin;

/**
 * Restorations that a key vouches for: by its own signature, or because it has signed a checkpoint after them, which names
 * them by their hash.
 */
const believedOf = (
  statements: readonly Read<NamedRestoration>[],
  {
    keys,
    older,
    checkpoints,
  }: {
    readonly keys: readonly Verifier[];
    readonly older: readonly Verifier[];
    readonly checkpoints: readonly Read<Checkpoint>[];
  },
): readonly NamedRestoration[] => {
  const byId = new Map(
    statements
      .filter((statement) => isBy(keys, statement) || isBy(older, statement))
      .map((statement) => [statement.about.id, statement]),
  );
  const believed = new Map<string, NamedRestoration>();
  const believe = (id: string | undefined): void => {
    const about = id === undefined ? undefined : byId.get(id)?.about;
    if (!about || believed.has(about.id)) return;
    believed.set(about.id, about);
    believe(about.base);
  };
  for (const [id, statement] of byId) if (isBy(keys, statement)) believe(id);
  for (const { about } of checkpoints) believe(about.restoration);
  return [...believed.values()];
};

const rootOf = ({ size, root }: { size: number; root: string }): SignedRoot => ({
  size,
  root: Buffer.from(root, 'base64'),
});

const readAll = <T>(
  notes: Iterable<string>,
  read: (note: string, text: string) => T | undefined,
): readonly Read<T>[] =>
  [...notes].flatMap((printed) => {
    const note = readNote(printed);
    const about = note && read(printed, note.text);
    return note && about ? [{ note, about }] : [];
  });

/** Sorts checkpoints into those that a key vouches for, those that a restoration has lost, those of older keys, and the rest. */
export const trustOf = (given: Given): Trusted => {
  const { named } = given;
  const said = new Set([...given.endorsements, ...given.notes.filter(isStatement)]);
  const keys = successors(given.keys, [...said]);
  const older = predecessors(named, [...said], keys);
  const notes = new Set(given.notes.filter((note) => !isStatement(note)));
  const read = readAll(notes, (_, text) => readCheckpoint(text));
  const checkpoints = read.filter((checkpoint) => isBy(keys, checkpoint));
  const lineage = lineageOf(
    believedOf(
      readAll(said, (printed) => restorationIn(printed)),
      { keys, older, checkpoints },
    ),
  );
  const roots = new Map<string, SignedRoot>();
  const lost = new Map(
    lineage.restorations.map(({ id, size, lost: known }) => [id, known?.size ?? size]),
  );
  const foreign = read.flatMap((checkpoint) =>
    checkpoints.includes(checkpoint) || signerOf(checkpoint.note, older)
      ? []
      : [checkpoint.about.size],
  );
  for (let broken = notes.size - read.length; broken > 0; broken -= 1) foreign.push(0);
  const place = (text: string, signed: { size: number; root: string }, line?: string): void => {
    const kept = lineage.kept(line);
    if (kept === undefined) foreign.push(signed.size);
    else if (signed.size <= kept) roots.set(text, rootOf(signed));
    else {
      const by = lineage.lostBy(line, signed.size);
      if (by) lost.set(by.id, Math.max(lost.get(by.id) ?? 0, signed.size));
    }
  };
  for (const { note, about } of checkpoints) place(note.text, about, about.restoration);
  for (const restoration of lineage.restorations)
    place(restoration.id, restoration, restoration.id);
  return {
    keys,
    roots: [...roots.values()],
    foreign,
    restorations: lineage.restorations.map((restoration) => ({
      ...restoration,
      lostSize: Math.max(restoration.size, lost.get(restoration.id) ?? 0),
    })),
  };
};
