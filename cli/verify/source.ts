import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openSqliteRecords } from '../../adapters/eventStore/sqliteRecords.ts';
import { readVerifier, type Verifier } from '../../adapters/ledger/notes.ts';
import { openSqliteLedger } from '../../adapters/ledger/sqliteLedger.ts';
import { treeHash } from '../../adapters/ledger/treeHash.ts';
import { splitNotes } from '../../domain/ledger/checkpoint.ts';
import type { Hash } from '../../domain/ledger/merkle.ts';
import { lineOf } from '../../domain/ledger/record.ts';
import { linesOf } from './lines.ts';

/** Something that can be verified: events as canonical lines, and what is said about them. */
export type Source = {
  /** How many lines there will be, as far as is known; for the progress only. */
  readonly expected: number;
  lines(): Iterable<string>;
  /** Hash that the ledger has kept of an event, by its index from 0. */
  kept(index: number): Hash | undefined;
  readonly notes: readonly string[];
  /** Keys that the source names itself, the first one first, and what they say of each other and of restorations. */
  readonly named: readonly Verifier[];
  readonly endorsements: readonly string[];
  close(): void;
};

/** Names of the files of an evidence package, and of the anchors in a data folder. */
export const files = {
  manifest: 'manifest.json',
  events: 'events.ndjson',
  leaves: 'leaves.bin',
  checkpoints: 'checkpoints.txt',
  keys: 'keys.txt',
  endorsements: 'endorsements.txt',
} as const;

const hashBytes = 32;
const pageSize = 2_000;
const linesOfText = (path: string): readonly string[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];

export const notesIn = (path: string): readonly string[] =>
  existsSync(path) ? splitNotes(readFileSync(path, 'utf8')) : [];

/** For who asks for the ledger alone. */
export const noLines = { expected: 0, lines: () => [], close: () => undefined } as const;

/** Lines of a log with all that the ledger beside it says of them. */
export const ledgerSource = (
  ledgerFile: string,
  log: Pick<Source, 'expected' | 'lines' | 'close'>,
  anchors?: string,
): Source => {
  const ledger = existsSync(ledgerFile)
    ? openSqliteLedger(ledgerFile, treeHash(), { readOnly: true })
    : undefined;
  const keys = ledger?.keys() ?? [];
  const anchored = anchors === undefined ? [] : notesIn(anchors);
  const notes = [
    ...new Set([...(ledger?.checkpoints().map(({ note }) => note) ?? []), ...anchored]),
  ];
  // What a running server adds from here on has no part in this.
  const size = ledger?.size() ?? 0;
  return {
    expected: log.expected,
    lines: log.lines,
    kept: (index) => (index < size ? ledger?.leaf(index) : undefined),
    notes,
    named: keys.flatMap(({ verifier }) => readVerifier(verifier) ?? []),
    endorsements: [
      ...keys.flatMap(({ endorsement }) => endorsement ?? []),
      ...(ledger?.restorations() ?? []),
    ],
    close() {
      log.close();
      ledger?.close();
    },
  };
};

const storeSource = (events: string, anchors?: string): Source => {
  const records = openSqliteRecords(events);
  const expected = records.head();
  return ledgerSource(
    join(dirname(events), 'ledger.db'),
    {
      expected,
      *lines() {
        for (let position = 0; position < expected;) {
          const page = records.after(position, pageSize);
          for (const record of page) yield lineOf(record);
          const last = page.at(-1);
          if (!last) return;
          ({ position } = last);
        }
      },
      close: () => records.close(),
    },
    anchors,
  );
};

const packageSource = (folder: string): Source => {
  const leaves = existsSync(join(folder, files.leaves))
    ? readFileSync(join(folder, files.leaves))
    : Buffer.alloc(0);
  const count = Math.floor(leaves.length / hashBytes);
  return {
    expected: count,
    lines: () => linesOf(join(folder, files.events)),
    kept: (index) =>
      index < count ? leaves.subarray(index * hashBytes, (index + 1) * hashBytes) : undefined,
    notes: notesIn(join(folder, files.checkpoints)),
    named: linesOfText(join(folder, files.keys)).flatMap((line) => readVerifier(line) ?? []),
    endorsements: notesIn(join(folder, files.endorsements)),
    close: () => undefined,
  };
};

const fileSource = (path: string): Source => ({
  expected: 0,
  lines: () => linesOf(path),
  kept: () => undefined,
  notes: [],
  named: [],
  endorsements: [],
  close: () => undefined,
});

/** Opens a data folder, an evidence package, an event store's file or a file of lines; @returns undefined for anything else. */
export const openSource = (path: string): Source | undefined => {
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isDirectory())
    return path.endsWith('.db') ? storeSource(path) : fileSource(path);
  if (existsSync(join(path, files.manifest))) return packageSource(path);
  const store = join(path, 'store', 'events.db');
  if (existsSync(store)) return storeSource(store, join(path, 'anchors', files.checkpoints));
  return existsSync(join(path, 'events.db')) ? storeSource(join(path, 'events.db')) : undefined;
};
