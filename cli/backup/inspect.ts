import type { Verifier } from '../../adapters/ledger/notes.ts';
import { treeHash } from '../../adapters/ledger/treeHash.ts';
import { trustOf, type Trusted } from '../../adapters/ledger/trust.ts';
import { createExaminer } from '../../domain/ledger/examine.ts';
import type { Fault } from '../../domain/ledger/fault.ts';
import { createFrontier } from '../../domain/ledger/merkle.ts';
import { CommandFault } from '../fault.ts';
import { openSource, type Source } from '../verify/source.ts';

export type Inspected = {
  readonly events: number;
  /** Root of these events in base64. */
  readonly root: string;
  /** Events under the largest signed root that they lead to. */
  readonly signedSize: number;
  readonly trusted: Trusted;
  readonly fault?: Fault;
};

type Options = {
  /** Events that count, from the first on; all where absent. */
  readonly upTo?: number;
  /** Notes beside those that lie with the log. */
  readonly notes?: readonly string[];
  readonly onProgress?: (done: number, total: number) => void;
};

const reportEvery = 10_000;

/** Compares a log's file, and the ledger's beside it, with what was signed about its first events. */
export const inspectLog = (
  events: string,
  { upTo = Infinity, notes = [], onProgress = () => undefined }: Options,
): Inspected => {
  const source = openSource(events);
  if (!source) throw new CommandFault(`${events} is no log`);
  try {
    const hash = treeHash();
    const { trusted } = signedIn(source, [], notes);
    const examiner = createExaminer({
      hash,
      roots: trusted.roots.filter(({ size }) => size <= upTo),
      kept: (index) => (index < upTo ? source.kept(index) : undefined),
    });
    const frontier = createFrontier(hash);
    const total = Math.min(source.expected, upTo);
    for (const line of source.lines()) {
      if (frontier.size() >= upTo) break;
      examiner.take(line);
      frontier.append(hash.leaf(line));
      if (frontier.size() % reportEvery === 0) onProgress(frontier.size(), total);
    }
    const { events: count, signedSize, fault } = examiner.finish();
    return {
      events: count,
      root: Buffer.from(frontier.root()).toString('base64'),
      signedSize,
      trusted,
      ...(fault ? { fault } : {}),
    };
  } finally {
    source.close();
  }
};

export const printFault = ({ kind, position, until, detail }: Fault): string =>
  `${kind} at position ${position}${until === undefined ? '' : ` to ${until}`}: ${detail}`;

/** All that is signed about a log, with the keys and notes beside those that lie with it. */
export const signedAbout = (
  events: string,
  { keys, notes }: { readonly keys: readonly Verifier[]; readonly notes: readonly string[] },
): { readonly trusted: Trusted; readonly notes: readonly string[] } => {
  const source = openSource(events);
  if (!source) throw new CommandFault(`${events} is no log`);
  try {
    return signedIn(source, keys, notes);
  } finally {
    source.close();
  }
};

const signedIn = (source: Source, keys: readonly Verifier[], more: readonly string[]) => {
  const notes = [...source.notes, ...source.endorsements, ...more];
  const trusted = trustOf({
    // Whether these are the right keys is what the manifest's seal and, elsewhere, the auditor's own copy are for.
    keys: [...source.named, ...keys],
    named: source.named,
    endorsements: [],
    notes,
  });
  return { trusted, notes };
};
