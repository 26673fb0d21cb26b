import { generateKeyPairSync } from 'node:crypto';
import { readVerifier, signNote, verifierOf, type Verifier } from '../../adapters/ledger/notes.ts';
import { treeHash } from '../../adapters/ledger/treeHash.ts';
import { checkpointText } from '../../domain/ledger/checkpoint.ts';
import { createFrontier, type Hash } from '../../domain/ledger/merkle.ts';
import { lineOf } from '../../domain/ledger/record.ts';
import type { Source } from '../../cli/verify/source.ts';

export const hash = treeHash();
const streams = 7;

/** The event of a position in a log that is made up; `salt` makes it another one. */
export const lineFor = (position: number, salt = ''): string =>
  lineOf({
    position,
    id: `id-${position}${salt}`,
    stream: `user-${position % streams}`,
    revision: Math.floor(position / streams),
    type: 'UserUpdated',
    version: 1,
    recordedAt: '2026-11-22T10:00:00.000Z',
    meta: '{"at":"2026-11-22T10:00:00.000Z","actor":{"kind":"system","id":"x"}}',
    data: `{"number":${position},"salt":"${salt}"}`,
  });

export const rootOf = (leaves: readonly Hash[]): string => {
  const frontier = createFrontier(hash);
  for (const leaf of leaves) frontier.append(leaf);
  return Buffer.from(frontier.root()).toString('base64');
};

export type TestKey = { readonly verifier: Verifier; note(text: string): string };
export const testKey = (name = 'log.example'): TestKey => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const verifier = verifierOf(name, publicKey);
  return { verifier, note: (text) => signNote(text, verifier, privateKey) };
};

/** What a verifier gets, in memory. */
export type Log = {
  readonly lines: readonly string[];
  readonly kept: readonly Hash[];
  readonly notes: readonly string[];
};

export const checkpointsOf = (
  lines: readonly string[],
  sizes: readonly number[],
  key: TestKey,
): readonly string[] => {
  const leaves = lines.map((line) => hash.leaf(line));
  return sizes.map((size) => {
    const root = rootOf(leaves.slice(0, size));
    return key.note(checkpointText({ origin: key.verifier.name, size, root }));
  });
};

export const logOf = (lines: readonly string[], sizes: readonly number[], key: TestKey): Log => ({
  lines,
  kept: lines.map((line) => hash.leaf(line)),
  notes: checkpointsOf(lines, sizes, key),
});

export const sourceOf = (
  { lines, kept, notes }: Log,
  named: readonly string[] = [],
  endorsements: readonly string[] = [],
): Source => ({
  expected: lines.length,
  lines: () => lines,
  kept: (index) => kept[index],
  notes,
  named: named.flatMap((key) => readVerifier(key) ?? []),
  endorsements,
  close: () => undefined,
});
