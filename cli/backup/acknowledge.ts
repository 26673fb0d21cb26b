import {
  endorsedBy,
  isStatement,
  printVerifier,
  readVerifier,
  restorationIn,
  signerOf,
} from '../../adapters/ledger/notes.ts';
import type { LedgerStore, Signer } from '../../adapters/ledger/port.ts';
import { openSqliteLedger } from '../../adapters/ledger/sqliteLedger.ts';
import { treeHash } from '../../adapters/ledger/treeHash.ts';
import type { Trusted } from '../../adapters/ledger/trust.ts';
import { CommandFault } from '../fault.ts';
import { openSqliteRecords } from '../../adapters/eventStore/sqliteRecords.ts';
import { readCheckpoint, readNote, type Checkpoint } from '../../domain/ledger/checkpoint.ts';
import { rangeRoot } from '../../domain/ledger/proofs.ts';
import { lineOf } from '../../domain/ledger/record.ts';
import {
  restorationText,
  type NamedRestoration,
  type Restoration,
} from '../../domain/ledger/restoration.ts';

const pageSize = 2_000;

type Options = {
  /** The restored log and ledger. */
  readonly events: string;
  readonly ledger: string;
  readonly kept: number;
  /** Base64 of the root of the events that are kept, as they were found to be. */
  readonly root: string;
  readonly signer: Signer;
  readonly trusted: Trusted;
  /** All checkpoints and statements that are known, from the backup and from elsewhere. */
  readonly notes: readonly string[];
  readonly at: Date;
};

export type Acknowledged = {
  readonly note: string;
  readonly restoration: NamedRestoration;
  /** Events that were signed and are not there any more. */
  readonly lost: number;
};

type Signed = { readonly note: string; readonly checkpoint: Checkpoint };

/** What the ledger's keys have signed over more than is left. */
const lostOf = ({ notes, trusted, kept }: Options): readonly Signed[] =>
  notes.flatMap((printed) => {
    const note = readNote(printed);
    const checkpoint = note && readCheckpoint(note.text);
    if (!checkpoint || isStatement(printed) || checkpoint.size <= kept) return [];
    return signerOf(note, trusted.keys) ? [{ note: printed, checkpoint }] : [];
  });

/** The tree of the kept events, whether the ledger in the backup was behind or ahead of them. */
const fit = (store: LedgerStore, events: string, kept: number): string => {
  const hash = treeHash();
  const records = openSqliteRecords(events);
  try {
    while (store.size() < kept) {
      const page = records.after(store.size(), Math.min(pageSize, kept - store.size()));
      store.append(page.map((record) => hash.leaf(lineOf(record))));
    }
  } finally {
    records.close();
  }
  store.cut(kept);
  return Buffer.from(rangeRoot(hash, store.node, 0, kept)).toString('base64');
};

/** Later than every restoration that is known: their order is that of their times. */
const timeAfter = (at: Date, { restorations }: Trusted): string => {
  const last = Math.max(0, ...restorations.map((restoration) => Date.parse(restoration.at)));
  return new Date(Math.max(at.getTime(), last + 1)).toISOString();
};

/** Keys that came by rotation after the backup, by the word of those in it; and the one that signs now. */
const addKeys = (store: LedgerStore, { notes, signer }: Options): void => {
  const named = () => store.keys().flatMap(({ verifier }) => readVerifier(verifier) ?? []);
  const next = () =>
    notes
      .map((endorsement) => ({ endorsement, key: endorsedBy(endorsement, named()) }))
      .find(({ key }) => key && !named().some(({ keyId }) => keyId === key.keyId));
  for (let found = next(); found?.key; found = next()) {
    const { endorsement, key } = found;
    store.addKey({ keyId: key.keyId, verifier: printVerifier(key), endorsement });
  }
  if (!store.keys().some(({ keyId }) => keyId === signer.key.keyId)) store.addKey(signer.key);
};

/**
 * Makes a restored ledger fit its log and has its key say that the log was put back (docs/adr/0013-a-restore-is-signed.md).
 * What was signed beyond is kept as evidence, void.
 */
export const acknowledge = (options: Options): Acknowledged => {
  const { events, ledger, kept, root, signer, trusted, at } = options;
  const store = openSqliteLedger(ledger, treeHash());
  try {
    addKeys(store, options);
    const known = new Set(store.checkpoints().map(({ note }) => note));
    const lost = lostOf(options);
    for (const { note, checkpoint } of lost)
      if (!known.has(note)) {
        const { number } = store.keep({ size: checkpoint.size, note });
        store.markAnchored('timestamp', number);
      }
    // Nothing is signed that was not looked at.
    if (fit(store, events, kept) !== root)
      throw new CommandFault('what was copied is not what was verified');
    const largest = lost.map(({ checkpoint }) => checkpoint).toSorted((a, b) => b.size - a.size)[0];
    const [last] = store.restorations().slice(-1);
    const base = last === undefined ? undefined : restorationIn(last)?.id;
    const restoration: Restoration = {
      origin: readVerifier(signer.key.verifier)?.name ?? '',
      size: kept,
      root,
      ...(largest ? { lost: { size: largest.size, root: largest.root } } : {}),
      ...(base === undefined ? {} : { base }),
      at: timeAfter(at, trusted),
    };
    const note = signer.sign(restorationText(restoration));
    store.addRestoration(note);
    return {
      note,
      restoration: { ...restoration, id: restorationIn(note)?.id ?? '' },
      lost: (largest?.size ?? kept) - kept,
    };
  } finally {
    store.close();
  }
};
