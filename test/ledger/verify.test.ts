import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { endorsementText, printVerifier } from '../../adapters/ledger/notes.ts';
import { checkpointText } from '../../domain/ledger/checkpoint.ts';
import { lineAt } from '../../domain/ledger/record.ts';
import { NotVerifiable, verify } from '../../cli/verify/verify.ts';
import { count, seed } from '../support/profile.ts';
import { checkpointsOf, hash, lineFor, logOf, sourceOf, testKey, type Log } from './support.ts';

/* A log in memory with checkpoints in it and anchored copies of them elsewhere; the log is edited, the anchors are not. */

const events = 120;
const signedSizes = [7, 32, 33, 64, 100, 115];
const signedEvents = 115;
const key = testKey();
const stranger = testKey();
const genuine = Array.from({ length: events }, (_, index) => lineFor(index + 1));
const log = logOf(genuine, signedSizes, key);
const anchors = log.notes;
const check = (edited: Log, anchored: readonly string[] = anchors) =>
  verify(sourceOf(edited), { keys: [key.verifier], anchors: anchored });

/** Lines after an edit take the positions of their places, as rows do where positions have no gap. */
const renumbered = (lines: readonly string[]): string[] =>
  lines.map((line, index) => lineAt(line, index + 1));
const rehashed = (lines: readonly string[]) => lines.map((line) => hash.leaf(line));

type Edit = { readonly position: number; readonly other: number; readonly renumber: boolean };
const edit: fc.Arbitrary<Edit> = fc.record({
  position: fc.integer({ min: 1, max: signedEvents }),
  other: fc.integer({ min: 1, max: signedEvents }),
  renumber: fc.boolean(),
});
const placed = (lines: readonly string[], { renumber }: Edit) =>
  renumber ? renumbered(lines) : lines;

const edits = {
  altered: (at: Edit) => {
    const line = genuine[at.position - 1]!;
    const where = at.other % line.length;
    const changed =
      line.slice(0, where) + (line[where] === 'x' ? 'y' : 'x') + line.slice(where + 1);
    return genuine.with(at.position - 1, changed);
  },
  missing: (at: Edit) => placed(genuine.toSpliced(at.position - 1, 1), at),
  inserted: (at: Edit) =>
    placed(genuine.toSpliced(at.position - 1, 0, lineFor(at.position, 'foreign')), at),
  reordered: (at: Edit) => {
    const other = at.other === at.position ? at.position + 1 : at.other;
    const [a, b] = [at.position - 1, other - 1];
    return placed(genuine.with(a, genuine[b]!).with(b, genuine[a]!), at);
  },
} as const;
const firstBad = (kind: keyof typeof edits, { position, other }: Edit): number =>
  kind === 'reordered' && other !== position ? Math.min(position, other) : position;

describe('what a verifier finds', () => {
  test('nothing in a log that is as it was signed', () => {
    expect(check(log)).toEqual({
      ok: true,
      events,
      checkpoints: signedSizes.length,
      signedSize: signedEvents,
      keys: [key.verifier.keyId],
      keyFromSource: false,
      restorations: [],
    });
    expect(check({ ...log, kept: [] }).ok).toBe(true);
    expect(check({ ...log, kept: [], notes: [] }).ok).toBe(true);
  });

  test.each(Object.keys(edits) as (keyof typeof edits)[])(
    'SEC-80, H85-1: one event %s, by its kind and position, renumbered or not',
    (kind) => {
      fc.assert(
        fc.property(edit, (at) => {
          const { fault } = check({ ...log, lines: edits[kind](at) });
          const position = firstBad(kind, at);
          expect(fault).toMatchObject({ kind, position });
          expect(fault).not.toHaveProperty('until');
        }),
        { seed, numRuns: count(1_500) },
      );
    },
  );

  test.each(Object.keys(edits) as (keyof typeof edits)[])(
    'SEC-80 one event %s, without the ledger’s hashes: found, the position within the signed sizes around it',
    (kind) => {
      fc.assert(
        fc.property(edit, (at) => {
          const { fault } = check({ ...log, kept: [], lines: edits[kind](at) });
          const position = firstBad(kind, at);
          expect(fault?.position).toBeLessThanOrEqual(position);
          expect(fault?.until ?? fault?.position).toBeGreaterThanOrEqual(position);
        }),
        { seed, numRuns: count(500) },
      );
    },
  );

  test('SEC-80, H85-2: the newest events cut off with everything about them, by an anchor', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: signedEvents - 1 }), (left) => {
        const lines = genuine.slice(0, left);
        const sizes = signedSizes.filter((size) => size <= left);
        const cut = logOf(lines, sizes, key);
        expect(check(cut).fault).toMatchObject({ kind: 'truncated', position: left + 1 });
        // Nobody can tell without what was anchored elsewhere.
        if (sizes.length > 0) expect(check(cut, []).ok).toBe(true);
      }),
      { seed, numRuns: count(1_000) },
    );
  });

  test('SEC-80 events rewritten and signed again with another key, hashes included', () => {
    fc.assert(
      fc.property(edit, fc.boolean(), ({ position }, isAnchored) => {
        const lines = genuine.map((line, index) =>
          index + 1 < position ? line : lineFor(index + 1, 'rewritten'),
        );
        const old = signedSizes.filter((size) => size < position);
        const later = signedSizes.filter((size) => size >= position);
        const notes = [...checkpointsOf(lines, old, key), ...checkpointsOf(lines, later, stranger)];
        const rewritten = { lines, kept: rehashed(lines), notes };
        const { ok, fault } = check(rewritten, isAnchored ? anchors : []);
        expect(ok).toBe(false);
        expect(fault?.kind).toBe('rewritten');
        expect(fault?.position).toBeLessThanOrEqual(position);
        expect(fault?.until).toBeGreaterThanOrEqual(position);
      }),
      { seed, numRuns: count(1_000) },
    );
  });

  test('SEC-80 a hash of the ledger, alone or together with its event', () => {
    fc.assert(
      fc.property(edit, ({ position }) => {
        const foreign = lineFor(position, 'foreign');
        const kept = log.kept.with(position - 1, hash.leaf(foreign));
        expect(check({ ...log, kept }).fault).toMatchObject({ kind: 'hashesAltered', position });
        const lines = genuine.with(position - 1, foreign);
        const { fault } = check({ ...log, kept, lines });
        expect(fault?.kind).toBe('rewritten');
        expect(fault?.position).toBeLessThanOrEqual(position);
        expect(fault?.until).toBeGreaterThanOrEqual(position);
      }),
      { seed, numRuns: count(1_000) },
    );
  });

  test('SEC-81 two anchors of one size that disagree, and one that no other extends', () => {
    const other = logOf(renumbered(genuine.toSpliced(50, 1)), [100], key);
    const found = check(log, [...anchors, ...other.notes]);
    expect(found.fault).toMatchObject({ kind: 'rewritten', until: 100 });
    const alone = checkpointsOf(genuine.with(3, lineFor(4, 'x')), [48], key);
    expect(check(log, alone).fault).toMatchObject({ kind: 'rewritten', position: 34, until: 48 });
  });

  test('events of a whole stream gone: the first of them', () => {
    const left = genuine.filter((line) => !line.includes('"stream":"user-3"'));
    expect(check({ ...log, lines: left }).fault).toMatchObject({ kind: 'missing', position: 3 });
    expect(check({ ...log, lines: renumbered(left) }).fault).toMatchObject({
      kind: 'missing',
      position: 3,
    });
  });

  test('events behind the last checkpoint by the ledger’s hashes of them', () => {
    const lines = genuine.with(117, lineFor(118, 'x'));
    expect(check({ ...log, lines }).fault).toMatchObject({ kind: 'altered', position: 118 });
  });
});

describe('keys', () => {
  const next = testKey();
  const endorsement = key.note(endorsementText(printVerifier(next.verifier)));
  const named = [key, next].map(({ verifier }) => printVerifier(verifier));
  const rotated = {
    ...log,
    notes: [...checkpointsOf(genuine, [7, 64], key), ...checkpointsOf(genuine, [100, 115], next)],
  };

  test('a new key is believed by the word of the old one, and the old one’s notes disturb nobody', () => {
    const source = sourceOf(rotated, named, [endorsement]);
    const all = verify(source, { keys: [key.verifier], anchors: [] });
    expect(all).toMatchObject({ ok: true, checkpoints: 4, signedSize: 115 });
    const newest = verify(source, { keys: [next.verifier], anchors: [] });
    expect(newest).toMatchObject({ ok: true, checkpoints: 2, signedSize: 115 });
    const own = verify(source, { keys: [], anchors: [] });
    expect(own).toMatchObject({ ok: true, checkpoints: 4, keyFromSource: true });
  });

  test('a new key that nobody vouches for, or a stranger does, is not', () => {
    const forged = stranger.note(endorsementText(printVerifier(next.verifier)));
    for (const endorsements of [[], [forged]]) {
      const source = sourceOf(rotated, named, endorsements);
      const found = verify(source, { keys: [key.verifier], anchors: [] });
      expect(found).toMatchObject({ ok: false, checkpoints: 2, signedSize: 64 });
    }
  });

  test('a checkpoint of another log, or one that is bent, vouches for nothing', () => {
    const [note = ''] = checkpointsOf(genuine, [100], key);
    const foreign = key.note(
      checkpointText({ origin: 'other.example', size: 100, root: note.split('\n')[2]! }),
    );
    for (const bent of [foreign, note.replace('\n100\n', '\n99\n')]) {
      const found = check({ ...log, notes: [bent] }, []);
      expect(found).toMatchObject({ ok: false, checkpoints: 0 });
    }
  });

  test('without a key or a checkpoint there is nothing to verify', () => {
    expect(() => verify(sourceOf(log), { keys: [], anchors: [] })).toThrow(NotVerifiable);
    expect(() => check({ ...log, notes: [] }, [])).toThrow(NotVerifiable);
  });
});
